//! What is measured, with events that the functions answer from memory: no service of the cloud can be reached.

/// A binary, an event for it, and what must stand in its answer.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) event: &'static str,
    pub(crate) answer: &'static str,
}

/// The program beside which the others are measured.
pub(crate) const MINIMAL: &str = "minimal";
pub(crate) const VERIFY: &str = "shomei-verify";
pub(crate) const ISSUANCE: &str = "shomei-issuance";

const OK: &str = r#""statusCode":200"#;

macro_rules! event {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/", $name, ".json"))
    };
}

/// What is started again and again.
pub(crate) const PROGRAMS: [Program; 6] = [
    Program { name: MINIMAL, event: event!("verify.did"), answer: OK },
    Program { name: VERIFY, event: event!("verify.home"), answer: OK },
    Program { name: "shomei-claim", event: event!("claim.open-cut-link"), answer: r#""statusCode":404"# },
    Program {
        name: "shomei-intake",
        event: event!("intake.reconciliation-without-role"),
        answer: r#""statusCode":403"#,
    },
    // Of a mail that is about no badge nothing is kept.
    Program {
        name: "shomei-delivery",
        event: event!("delivery.sign-in-delivered"),
        answer: r#""notKept":1"#,
    },
    // Each of its steps needs the table: it can only refuse.
    Program { name: ISSUANCE, event: "{}", answer: r#""errorType""# },
];

/// A program that answers at full speed.
pub(crate) struct Fast {
    pub(crate) what: &'static str,
    /// What it is measured beside: an answer of about as many bytes, for those the runtime copies and escapes itself.
    pub(crate) beside: &'static str,
    pub(crate) program: Program,
}

pub(crate) const MINIMAL_PAGE: &str = "minimal, a page";

/// What answers at full speed.
pub(crate) const WARM: [Fast; 5] = [
    Fast { what: MINIMAL, beside: MINIMAL, program: fast(MINIMAL, event!("verify.did")) },
    Fast { what: MINIMAL_PAGE, beside: MINIMAL, program: fast(MINIMAL, event!("verify.home")) },
    Fast {
        what: "verify /.well-known/did.json",
        beside: MINIMAL,
        program: fast(VERIFY, event!("verify.did")),
    },
    Fast { what: "verify /issuer", beside: MINIMAL_PAGE, program: fast(VERIFY, event!("verify.issuer")) },
    Fast { what: "verify /", beside: MINIMAL_PAGE, program: fast(VERIFY, event!("verify.home")) },
];

const fn fast(name: &'static str, event: &'static str) -> Program {
    Program { name, event, answer: OK }
}

/// What the template sets, of all functions, and what the platform adds. The keys lead to nothing.
pub(crate) const ENVIRONMENT: [(&str, &str); 33] = [
    ("SHOMEI_TABLE", "shomei-1"),
    ("SHOMEI_BASE_URL", "https://badges.example.jp"),
    ("SHOMEI_ISSUER_NAME_JA", "一般社団法人 例示検定協会"),
    ("SHOMEI_ISSUER_NAME_EN", "Example Certification Association"),
    ("SHOMEI_ISSUER_URL", "https://www.example.jp/"),
    ("SHOMEI_CONTACT", "badges@example.jp"),
    ("SHOMEI_SENDER", "badges@example.jp"),
    ("SHOMEI_ISSUER_KEYS", "key-1=z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"),
    ("SHOMEI_SIGNING_KEY", "key-1"),
    ("SHOMEI_KMS_KEY_ID", "arn:aws:kms:ap-northeast-1:123456789012:key/00000000-0000-4000-8000-000000000000"),
    ("SHOMEI_CONFIGURATION_SET", "shomei"),
    ("SHOMEI_MAIL_EVENTS_TOPIC", "arn:aws:sns:ap-northeast-1:123456789012:shomei-mail-events"),
    ("SHOMEI_STAFF_ISSUER", "https://login.example.jp/"),
    ("SHOMEI_STAFF_AUDIENCE", "https://badges.example.jp"),
    ("SHOMEI_STAFF_ROLE_CLAIM", "roles"),
    ("SHOMEI_STAFF_ROLE", "badge-office"),
    ("SHOMEI_STAFF_VIEWER_ROLE", "badge-viewer"),
    ("SHOMEI_STAFF_APPROVER_ROLE", "badge-lead"),
    ("SHOMEI_STAFF_CLIENT_ID", "badge-pages"),
    ("SHOMEI_SECOND_APPROVAL", "off"),
    ("SHOMEI_MAIL_DOMAINS", "on"),
    ("AWS_REGION", "ap-northeast-1"),
    ("AWS_ACCESS_KEY_ID", "nobody"),
    ("AWS_SECRET_ACCESS_KEY", "nothing"),
    ("AWS_SESSION_TOKEN", "nowhere"),
    ("AWS_LAMBDA_FUNCTION_NAME", "coldstart"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/coldstart"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/12/01/[$LATEST]0"),
    ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
    ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
    ("LANG", "en_US.UTF-8"),
];
