//! `replay events/FUNCTION.CASE.json`: a recorded event through the decoder that the Lambda runtime uses.

use std::{fs, path::Path};

use lambda_http::{Body, Response};
use shomei_issuance::Step;

use crate::{Failed, embedded::Store, functions::Functions, installation::Installation};

/// Sends the event and prints the answer.
pub(crate) async fn replay(
    functions: &Functions,
    installation: &Installation,
    store: &Store,
    event: &Path,
) -> Result<(), Failed> {
    let name = event.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let function = name.split('.').next().unwrap_or_default();
    let text = fs::read_to_string(event).map_err(|error| format!("{}: {error}", event.display()))?;
    if function == "issuance" {
        let step = Step::of(serde_json::from_str(&text)?)?;
        println!("{}", serde_json::to_string_pretty(&functions.issuance.handle(step, None).await?)?);
        return Ok(());
    }
    if function == "delivery" {
        let heard = functions.delivery.handle(serde_json::from_str(&text)?).await?;
        println!("{}", serde_json::to_string_pretty(&heard)?);
        return Ok(());
    }
    let request = lambda_http::request::from_str(&text)
        .map_err(|error| format!("{}: not an HTTP event: {error}", event.display()))?;
    let response = match function {
        "intake" => functions.intake_behind_gateway().handle(request).await,
        "reissue" => functions.reissue_behind_gateway(installation, store).handle(request).await,
        "claim" => functions.claim.handle(request).await,
        "verify" => functions.verify.handle(request).await,
        _ => return Err(format!("{name}: no function is called {function:?}").into()),
    };
    print(&response);
    Ok(())
}

fn print(response: &Response<Body>) {
    println!("{}", response.status());
    for (name, value) in response.headers() {
        println!("{name}: {}", value.to_str().unwrap_or("(not text)"));
    }
    println!();
    match response.body() {
        Body::Text(text) => println!("{text}"),
        Body::Binary(bytes) => println!("({} bytes)", bytes.len()),
        _ => {}
    }
}
