//! Intake on a world, members of the staff in front of it, and the form that they fill in.

use std::sync::Arc;

use jiff::Timestamp;
use lambda_http::{Body, http};
use png::ColorType;
use shomei_core::{
    achievement::{Achievement, AchievementVersion},
    office::{Member, Ports, Role, session},
    ports::{Clock, Entropy},
};
use shomei_http::{Response, staff::StaffGate};
use shomei_intake::Intake;
use shomei_tests::{
    audit::{Census, Contents, contents, inconsistencies},
    month,
    world::World,
};

/// Where our pages are.
pub(crate) const ORIGIN: &str = "https://badges.example.jp";

pub(crate) const HOUR: i64 = 3_600;

/// What separates the parts of a form.
const BOUNDARY: &str = "part-of-the-form";

struct Shared(Arc<World>);

impl Clock for Shared {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl Entropy for Shared {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.entropy.fill(buffer);
    }
}

/// Intake on a world.
pub(crate) struct Site {
    pub(crate) world: Arc<World>,
    intake: Intake,
}

impl Site {
    pub(crate) async fn new() -> Self {
        let world = Arc::new(World::new().await);
        let intake = Intake::new(
            Arc::new(world.store.table.clone()),
            Arc::new(Shared(world.clone())),
            Arc::new(Shared(world.clone())),
            Arc::new(world.programme.clone()),
            StaffGate::token("the staff's own"),
        );
        Self { world, intake }
    }

    /// The same, where the qualification of the tests is registered.
    pub(crate) async fn with_qualification() -> Self {
        let site = Self::new().await;
        let clerk = site.clerk().await;
        let saved = clerk.saves(&Form::filled()).await;
        assert_eq!(saved, format!("{PAGE}?done=saved"));
        site
    }

    pub(crate) fn ports(&self) -> Ports<'_> {
        let World { clock, entropy, programme, .. } = &*self.world;
        Ports { table: self.world.table(), clock, entropy, programme }
    }

    /// Somebody who is signed in.
    pub(crate) async fn person(&self, subject: &str, role: Role) -> Person<'_> {
        let member = Member { subject: subject.to_owned(), role };
        let token = session::begin(self.ports().of_claim(), &member).await.unwrap();
        Person { site: self, cookie: Some(format!("__Host-office={}", token.text())), language: "ja" }
    }

    pub(crate) async fn clerk(&self) -> Person<'_> {
        self.person("sato", Role::Clerk).await
    }

    pub(crate) fn nobody(&self) -> Person<'_> {
        Person { site: self, cookie: None, language: "ja" }
    }

    pub(crate) async fn contents(&self) -> Contents {
        contents(&self.world.store.client()).await
    }

    /// All that is stored but drafts.
    pub(crate) async fn without_drafts(&self) -> Contents {
        let mut contents = self.contents().await;
        // Nor who is signed in.
        let passing = ["ACHIEVEMENTDRAFT#", "OFFICE#"];
        contents.retain(|(partition, _), _| !passing.iter().any(|kind| partition.starts_with(kind)));
        contents
    }

    /// All that is stored, if it fits together.
    pub(crate) async fn census(&self) -> Census {
        assert_eq!(inconsistencies(&self.world).await, Vec::<String>::new());
        Census::take(&self.world.store).await
    }

    /// The one qualification.
    pub(crate) async fn qualification(&self) -> Achievement {
        let [qualification] = self.census().await.achievements.try_into().unwrap();
        qualification
    }

    /// Its versions, in order.
    pub(crate) async fn versions(&self) -> Vec<AchievementVersion> {
        let mut versions = self.census().await.versions;
        versions.sort_by_key(|version| version.content.version);
        versions
    }
}

/// The page of the qualification of the tests.
pub(crate) const PAGE: &str = "/office/achievements/pm-foundation";

/// A browser of a member of the staff.
pub(crate) struct Person<'a> {
    site: &'a Site,
    cookie: Option<String>,
    language: &'static str,
}

impl Person<'_> {
    pub(crate) fn in_english(self) -> Self {
        Self { language: "en", ..self }
    }

    pub(crate) fn is_english(&self) -> bool {
        self.language == "en"
    }

    pub(crate) async fn open(&self, path: &str) -> Answer {
        self.send("GET", path, None, Vec::new()).await
    }

    /// Presses a button.
    pub(crate) async fn post(&self, path: &str) -> Answer {
        self.send("POST", path, Some(ORIGIN), Vec::new()).await
    }

    /// Sends the form: where the draft is.
    pub(crate) async fn types(&self, form: &Form) -> String {
        let answer = self.send_form(form, Some(ORIGIN)).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.location
    }

    pub(crate) async fn send_form(&self, form: &Form, origin: Option<&str>) -> Answer {
        self.send("POST", "/office/achievements", origin, form.body()).await
    }

    /// Sends the form, looks at the draft, and saves it: where that leads.
    pub(crate) async fn saves(&self, form: &Form) -> String {
        let draft = self.types(form).await;
        let preview = self.open(&draft).await;
        assert_eq!(preview.status, 200, "{}", preview.location);
        let saved = self.post(&draft).await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        saved.location
    }

    async fn send(&self, method: &str, path: &str, origin: Option<&str>, body: Vec<u8>) -> Answer {
        let multipart = format!("multipart/form-data; boundary={BOUNDARY}");
        let mut request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("accept", "text/html")
            .header("accept-language", self.language)
            .header("content-type", multipart);
        for (name, value) in [("origin", origin), ("cookie", self.cookie.as_deref())] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        Answer::of(self.site.intake.handle(request.body(Body::Binary(body)).unwrap()).await)
    }
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) media_type: String,
    pub(crate) cache: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    #[expect(clippy::needless_pass_by_value, reason = "what is read is used up")]
    fn of(response: Response) -> Self {
        let header = |name: &str| {
            response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        Self {
            status: response.status().as_u16(),
            location: header("location"),
            media_type: header("content-type"),
            cache: header("cache-control"),
            body: response.body().to_vec(),
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// What stands in a field of the form.
    pub(crate) fn field(&self, name: &str) -> String {
        let html = self.text();
        let place = html.find(&format!(" name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {html}"));
        let (before, after) = html.split_at(place);
        let tag = before.rsplit('<').next().unwrap();
        let value = if tag.starts_with("textarea") {
            let text = after.split_once('>').unwrap().1.split_once("</textarea>").unwrap().0;
            text.strip_prefix('\n').unwrap()
        } else {
            let end = after.split('>').next().unwrap();
            end.split_once(" value=\"").unwrap().1.split('"').next().unwrap()
        };
        value
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&")
    }
}

/// The form as a browser sends it.
#[derive(Clone)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    picture: Option<Vec<u8>>,
}

impl Form {
    /// The qualification of the tests, as somebody types it for the first time.
    pub(crate) fn filled() -> Self {
        let fields = [
            ("id", month::ACHIEVEMENT),
            ("name_ja", "基礎"),
            ("description_ja", "基本を理解している。"),
            ("criteria_ja", "試験に合格すること。\r\n面接に合格すること。"),
            ("name_en", "Foundation"),
            ("description_en", "Understands the basics."),
            ("criteria_en", "Pass the examination."),
            ("validity", "limited"),
            ("months", "36"),
            ("first_eligible", "2026/4/1"),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { fields, picture: Some(picture(640, 640, ColorType::Rgba)) }
    }

    /// The form that a page shows, sent as it stands.
    pub(crate) fn shown(page: &Answer) -> Self {
        let mut form = Self { fields: Vec::new(), picture: None };
        let html = page.text();
        for name in ["achievement", "version", "draft", "id"] {
            if html.contains(&format!(" name=\"{name}\"")) {
                form = form.with(name, &page.field(name));
            }
        }
        for text in ["name", "description", "criteria"] {
            for language in ["ja", "en"] {
                let name = format!("{text}_{language}");
                form = form.with(&name, &page.field(&name).replace('\n', "\r\n"));
            }
        }
        for name in ["months", "first_eligible"] {
            form = form.with(name, &page.field(name));
        }
        let chosen = |value: &str| html.contains(&format!(" value=\"{value}\" checked"));
        form = form.with("validity", if chosen("endless") { "endless" } else { "limited" });
        if chosen("yes") { form.with("closed", "yes") } else { form }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(found, _)| found != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(found, _)| found != name);
        self
    }

    pub(crate) fn with_picture(self, picture: Option<Vec<u8>>) -> Self {
        Self { picture, ..self }
    }

    /// RFC 7578. A file input that was left empty is a file without a name.
    fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in &self.fields {
            let part =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.bytes());
        }
        let (name, media_type) = match self.picture {
            Some(_) => ("artwork.png", "image/png"),
            None => ("", "application/octet-stream"),
        };
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(self.picture.iter().flatten());
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        body
    }
}

/// A picture of one colour.
pub(crate) fn picture(width: u32, height: u32, colour: ColorType) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(colour);
    let mut writer = encoder.write_header().unwrap();
    let bytes = usize::try_from(width * height).unwrap() * colour.samples();
    writer.write_image_data(&vec![200; bytes]).unwrap();
    writer.finish().unwrap();
    file
}
