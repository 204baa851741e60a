//! Money: whole yen, and what a service costs with its tax.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::store::Failure;

/// An amount in whole yen. Never a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Yen(pub u32);

impl fmt::Display for Yen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} yen", self.0)
    }
}

/// The consumption tax of a rate that nobody charges is a slip.
const HIGHEST_TAX_PERCENT: u8 = 50;

/// What a service costs. An order keeps the one that it was placed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// What is paid, tax included.
    pub total: Yen,
    /// The rate of the consumption tax that is in it, in percent.
    pub tax_percent: u8,
}

impl Fee {
    /// What issuing a badge again costs where nothing else is configured: 5,500 yen with 10 %.
    pub const REISSUE: Self = Self { total: Yen(5_500), tax_percent: 10 };

    /// A fee.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] for an amount of nothing, or a rate above 50 %.
    pub fn new(total: Yen, tax_percent: u8) -> Result<Self, Failure> {
        if total == Yen(0) || tax_percent > HIGHEST_TAX_PERCENT {
            return Err(Failure::NeedsPerson(format!("a fee of {total} with {tax_percent} % tax")));
        }
        Ok(Self { total, tax_percent })
    }

    /// The tax that is in it, rounded down, once for the whole receipt (消費税法施行令 70条の10).
    pub fn tax(&self) -> Yen {
        let percent = u64::from(self.tax_percent);
        let tax = u64::from(self.total.0) * percent / (100 + percent);
        Yen(u32::try_from(tax).unwrap_or(self.total.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tax_is_in_the_price() {
        assert_eq!(Fee::REISSUE.tax(), Yen(500));
        for (total, percent, tax) in
            [(5_501, 10, 500), (5_511, 10, 501), (108, 8, 8), (1, 10, 0), (u32::MAX, 50, 1_431_655_765)]
        {
            assert_eq!(Fee::new(Yen(total), percent).unwrap().tax(), Yen(tax), "{total} with {percent} %");
        }
    }

    #[test]
    fn a_slip_is_no_fee() {
        assert!(Fee::new(Yen(0), 10).is_err());
        assert!(Fee::new(Yen(5_500), 51).is_err());
    }
}
