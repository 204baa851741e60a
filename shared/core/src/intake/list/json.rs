//! `{"candidates":[…]}`, or the array alone. The array is cut into its elements, and each is read for itself.

use std::{
    fmt,
    io::{BufReader, Bytes, Read},
};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

use super::{ListError, ROW_BYTES, RawRow, RowError};
use crate::intake::refusal::{Column, RefusalCode, RowRefusal};

/// Opens a list in JSON (RFC 8259, in UTF-8).
pub fn read_json<R: Read>(reader: R) -> JsonRows<R> {
    JsonRows { bytes: BufReader::new(reader).bytes(), ahead: None, line: 1, element: 0, state: State::Before }
}

/// The candidates of a list in JSON.
pub struct JsonRows<R> {
    bytes: Bytes<BufReader<R>>,
    /// A byte that was looked at and not taken.
    ahead: Option<u8>,
    /// The line that the next byte is in.
    line: u64,
    /// How many elements were read.
    element: u64,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    Before,
    /// In the array, behind its bracket or behind an element.
    Elements {
        /// The array is a member of an object.
        wrapped: bool,
    },
    Done,
}

impl<R> fmt::Debug for JsonRows<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "JsonRows({} read)", self.element)
    }
}

impl<R: Read> Iterator for JsonRows<R> {
    type Item = Result<RawRow, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.step() {
            Ok(None) => {
                self.state = State::Done;
                None
            }
            Ok(Some(row)) => Some(row.map_err(RowError::Refused)),
            Err(error) => {
                self.state = State::Done;
                Some(Err(RowError::Stopped(error)))
            }
        }
    }
}

impl<R: Read> JsonRows<R> {
    fn step(&mut self) -> Result<Option<Result<RawRow, RowRefusal>>, ListError> {
        let wrapped = match self.state {
            State::Done => return Ok(None),
            State::Before => {
                let wrapped = self.open()?;
                self.state = State::Elements { wrapped };
                if self.token()? == Some(b']') {
                    return self.close(wrapped).map(|()| None);
                }
                wrapped
            }
            State::Elements { wrapped } => {
                if self.token()? == Some(b']') {
                    return self.close(wrapped).map(|()| None);
                }
                // An element ends at a comma or at the bracket.
                self.take()?;
                wrapped
            }
        };
        self.state = State::Elements { wrapped };
        let element = self.element()?;
        self.element += 1;
        Ok(Some(match element {
            Some(bytes) => candidate(self.element, &bytes),
            None => Err(RowRefusal::new(self.element, RefusalCode::RowTooLong)),
        }))
    }

    /// Goes to the first element. Whether the array is a member of an object.
    fn open(&mut self) -> Result<bool, ListError> {
        if self.peek()? == Some(0xEF) {
            for mark in [0xEF, 0xBB, 0xBF] {
                if self.take()? != Some(mark) {
                    return Err(ListError::ListNotCandidates);
                }
            }
        }
        let first = self.token()?;
        self.take()?;
        match first {
            None => Err(ListError::ListEmpty),
            Some(b'[') => Ok(false),
            Some(b'{') => {
                self.token()?;
                for expected in *b"\"candidates\"" {
                    if self.take()? != Some(expected) {
                        return Err(ListError::ListNotCandidates);
                    }
                }
                for expected in [b':', b'['] {
                    if self.token()? != Some(expected) {
                        return Err(ListError::ListNotCandidates);
                    }
                    self.take()?;
                }
                Ok(true)
            }
            Some(_) => Err(ListError::ListNotCandidates),
        }
    }

    /// Takes the array's closing bracket and makes sure that the list ends with it.
    fn close(&mut self, wrapped: bool) -> Result<(), ListError> {
        self.take()?;
        if wrapped {
            match self.token()? {
                Some(b'}') => self.take()?,
                Some(b',') => return Err(ListError::ListNotCandidates),
                _ => return Err(self.malformed()),
            };
        }
        match self.token()? {
            None => Ok(()),
            Some(_) => Err(self.malformed()),
        }
    }

    /// The bytes of one element, up to the comma or bracket behind it; none if they are too many.
    fn element(&mut self) -> Result<Option<Vec<u8>>, ListError> {
        self.token()?;
        let mut bytes = Vec::new();
        let mut length = 0_usize;
        let mut depth = 0_usize;
        let mut in_text = false;
        loop {
            let Some(byte) = self.peek()? else { return Err(self.malformed()) };
            match byte {
                b',' | b']' if depth == 0 && !in_text => break,
                b'"' => in_text = !in_text,
                // JSON has no line breaks inside of texts: a quotation mark is lost, and this is the line of it.
                b'\n' | b'\r' if in_text => return Err(self.malformed()),
                b'\\' if in_text => {
                    self.keep(&mut bytes, &mut length)?;
                    if self.peek()?.is_none() {
                        return Err(self.malformed());
                    }
                }
                b'{' | b'[' if !in_text => depth += 1,
                b'}' | b']' if !in_text => depth = depth.checked_sub(1).ok_or_else(|| self.malformed())?,
                _ => {}
            }
            self.keep(&mut bytes, &mut length)?;
        }
        if length == 0 { Err(self.malformed()) } else { Ok((length <= ROW_BYTES).then_some(bytes)) }
    }

    /// Takes one byte into the element, as long as it has room.
    fn keep(&mut self, bytes: &mut Vec<u8>, length: &mut usize) -> Result<(), ListError> {
        let byte = self.take()?;
        *length = length.saturating_add(1);
        if *length <= ROW_BYTES {
            bytes.extend(byte);
        }
        Ok(())
    }

    /// Passes over white space and looks at the next byte.
    fn token(&mut self) -> Result<Option<u8>, ListError> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek()? {
            self.take()?;
        }
        self.peek()
    }

    fn peek(&mut self) -> Result<Option<u8>, ListError> {
        if self.ahead.is_none() {
            self.ahead = self.bytes.next().transpose()?;
        }
        Ok(self.ahead)
    }

    fn take(&mut self) -> Result<Option<u8>, ListError> {
        let byte = self.peek()?;
        self.ahead = None;
        self.line += u64::from(byte == Some(b'\n'));
        Ok(byte)
    }

    fn malformed(&self) -> ListError {
        ListError::JsonMalformed { line: self.line }
    }
}

fn candidate(line: u64, bytes: &[u8]) -> Result<RawRow, RowRefusal> {
    let refused = |refusal| RowRefusal::new(line, refusal);
    let text = std::str::from_utf8(bytes).map_err(|_| refused(RefusalCode::RowUndecodable))?;
    let members: Members = serde_json::from_str(text).map_err(|_| refused(RefusalCode::RowMalformed))?;
    if members.refusals.is_empty() {
        Ok(RawRow::new(line, members.cells))
    } else {
        Err(RowRefusal { line, refusals: members.refusals })
    }
}

/// The members of one object, with everything that is wrong about them.
#[derive(Default)]
struct Members {
    cells: Vec<(Column, String)>,
    refusals: Vec<RefusalCode>,
}

impl Members {
    fn add(&mut self, seen: &mut Vec<Column>, name: &str, value: Value) {
        let Some(column) = Column::ALL.into_iter().find(|column| column.id() == name) else {
            if !self.refusals.contains(&RefusalCode::MemberUnknown) {
                self.refusals.push(RefusalCode::MemberUnknown);
            }
            return;
        };
        if seen.contains(&column) {
            let twice = RefusalCode::MemberTwice { column };
            if !self.refusals.contains(&twice) {
                self.refusals.push(twice);
            }
            return;
        }
        seen.push(column);
        match value {
            Value::Null => {}
            Value::String(text) => self.cells.push((column, text)),
            _ => self.refusals.push(RefusalCode::MemberNotText { column }),
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Members::default();
                let mut seen = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    members.add(&mut seen, &name, value);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Object)
    }
}
