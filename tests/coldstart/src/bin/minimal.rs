//! What every Lambda function in Rust pays: the runtime, an event of the HTTP API, a constant answer, and no more.

use lambda_http::{Error, Request, service_fn};

/// As many bytes as the front page of verify.
const PAGE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/pages/tests/golden/home.ja.html"));

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_http::run(service_fn(|request: Request| async move {
        Ok::<_, Error>(if request.uri().path() == "/" { PAGE } else { "Hello." })
    }))
    .await
}
