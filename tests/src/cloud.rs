//! KMS and SES as far as our adapters speak with them: a real HTTP server on loopback that signs, takes mails, and fails
//! when a test says so.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_sdk_dynamodb::config::{AsyncSleep, Credentials, SharedAsyncSleep, SharedCredentialsProvider, Sleep};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, Request, StatusCode},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use openbadges::keys::SecretKey;
use serde_json::{Value, json};
use shomei_aws::Sdk;
use tokio::net::TcpListener;

/// What a service was asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// As IAM names it: `kms:Sign`, `ses:SendBulkEmail`.
    pub action: &'static str,
    /// What was sent.
    pub body: Value,
}

/// How an address is struck off SES's list.
const LIFTING: &str = "ses:DeleteSuppressedDestination";

/// The services.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Where they listen.
    pub address: SocketAddr,
    state: Arc<Services>,
}

struct Services {
    key: SecretKey,
    asked: Mutex<Vec<Asked>>,
    script: Mutex<VecDeque<(&'static str, StatusCode, Value)>>,
    account: Mutex<Value>,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
}

impl std::fmt::Debug for Services {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Services")
    }
}

impl Cloud {
    /// Services with this signing key, and an account that may send 1,000 mails a second and 50,000 a day.
    pub async fn start(key: SecretKey) -> Self {
        let state = Arc::new(Services {
            key,
            asked: Mutex::default(),
            script: Mutex::default(),
            account: Mutex::new(account(1_000.0, 50_000.0, 0.0)),
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer).with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, state }
    }

    /// The SDK with these services.
    pub fn sdk(&self) -> Sdk {
        sdk(&self.address.to_string())
    }

    /// The next request for this action is answered so.
    pub fn will_answer(&self, action: &'static str, status: u16, body: Value) {
        let status = StatusCode::from_u16(status).unwrap();
        self.state.script.lock().unwrap_or_else(PoisonError::into_inner).push_back((action, status, body));
    }

    /// The next request for this action is refused with this code.
    pub fn will_refuse(&self, action: &'static str, code: &str) {
        self.will_answer(
            action,
            400,
            json!({ "__type": code, "message": "someone@example.jp is not liked" }),
        );
    }

    /// What `GetAccount` answers from now on.
    pub fn set_account(&self, account: Value) {
        *self.state.account.lock().unwrap_or_else(PoisonError::into_inner) = account;
    }

    /// Everything that was asked for, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often this was asked for.
    pub fn times(&self, action: &str) -> usize {
        self.asked().iter().filter(|asked| asked.action == action).count()
    }

    /// The most requests that were being answered at once.
    pub fn most_in_flight(&self) -> usize {
        self.state.most_in_flight.load(Ordering::SeqCst)
    }
}

/// The SDK as in the cloud, but with its services at this address.
pub fn sdk(address: &str) -> Sdk {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "tests");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("ap-northeast-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(format!("http://{address}"))
        .retry_config(RetryConfig::standard())
        .sleep_impl(SharedAsyncSleep::new(Shortly))
        .build();
    Sdk::made(config)
}

/// Repetitions wait as in the cloud, but not as long.
#[derive(Debug)]
struct Shortly;

impl AsyncSleep for Shortly {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(tokio::time::sleep(duration / 100))
    }
}

/// An account as `GetAccount` describes it.
pub fn account(rate: f64, a_day: f64, sent: f64) -> Value {
    json!({
        "SendingEnabled": true,
        "ProductionAccessEnabled": true,
        "SendQuota": { "MaxSendRate": rate, "Max24HourSend": a_day, "SentLast24Hours": sent },
    })
}

fn action(headers: &HeaderMap, path: &str) -> &'static str {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    match (target, path) {
        ("TrentService.Sign", _) => "kms:Sign",
        ("TrentService.GetPublicKey", _) => "kms:GetPublicKey",
        ("TrentService.GenerateMac", _) => "kms:GenerateMac",
        (_, "/v2/email/outbound-emails") => "ses:SendEmail",
        (_, "/v2/email/outbound-bulk-emails") => "ses:SendBulkEmail",
        (_, "/v2/email/account") => "ses:GetAccount",
        (_, path) if path.starts_with("/v2/email/suppression/addresses/") => LIFTING,
        _ => panic!("nobody answers {target:?} at {path}"),
    }
}

async fn answer(State(services): State<Arc<Services>>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let action = action(&head.headers, head.uri.path());
    let bytes = to_bytes(body, 16 * 1024 * 1024).await.unwrap();
    let body: Value = match action {
        // It says all in its path.
        LIFTING => head.uri.path().rsplit('/').next().into(),
        _ if bytes.is_empty() => Value::Null,
        _ => serde_json::from_slice(&bytes).unwrap(),
    };
    let now = services.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
    services.most_in_flight.fetch_max(now, Ordering::SeqCst);
    // Long enough for whoever else wants to ask at the same time.
    tokio::time::sleep(Duration::from_millis(5)).await;
    services.in_flight.fetch_sub(1, Ordering::SeqCst);
    services.asked.lock().unwrap_or_else(PoisonError::into_inner).push(Asked { action, body: body.clone() });
    let scripted = {
        let mut script = services.script.lock().unwrap_or_else(PoisonError::into_inner);
        let place = script.iter().position(|(wanted, ..)| *wanted == action);
        place.and_then(|place| script.remove(place))
    };
    let (status, answer) = match scripted {
        Some((_, status, answer)) => (status, answer),
        None => (StatusCode::OK, services.perform(action, &body)),
    };
    let code = answer.get("__type").and_then(Value::as_str).unwrap_or_default().to_owned();
    // JSON services name the error in the body, REST services in a header.
    (status, [("x-amzn-errortype", code)], answer.to_string()).into_response()
}

impl Services {
    fn perform(&self, action: &str, body: &Value) -> Value {
        match action {
            "kms:Sign" => {
                let message = STANDARD.decode(text(body, "Message")).unwrap();
                let signature = STANDARD.encode(self.key.sign(&message));
                json!({ "KeyId": text(body, "KeyId"), "Signature": signature, "SigningAlgorithm": "ED25519_SHA_512" })
            }
            "kms:GenerateMac" => json!({ "Mac": STANDARD.encode([7; 32]) }),
            "kms:GetPublicKey" => {
                let head = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
                let document = [head.as_slice(), self.key.public().as_bytes()].concat();
                json!({ "KeySpec": "ECC_NIST_EDWARDS25519", "PublicKey": STANDARD.encode(document) })
            }
            "ses:SendEmail" => json!({ "MessageId": "one" }),
            "ses:SendBulkEmail" => {
                let entries = body.get("BulkEmailEntries").and_then(Value::as_array).unwrap();
                let results: Vec<_> =
                    entries.iter().map(|_| json!({ "Status": "SUCCESS", "MessageId": "many" })).collect();
                json!({ "BulkEmailEntryResults": results })
            }
            LIFTING => json!({}),
            _ => self.account.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap()
}
