//! `transfer REFERENCE`: a pretend bank transfer. It writes the statement that a bank would give out, and enters it as staff would.

use std::fs;

use lambda_http::{Body, http};
use shomei_core::{calendar, money::Yen};

use crate::{Failed, functions::Functions, installation::Installation};

/// Pays an order, by the reference that its page and its mail show.
pub(crate) async fn transfer(
    functions: &Functions,
    installation: &Installation,
    reference: &str,
    amount: Option<u32>,
) -> Result<(), Failed> {
    let today = calendar::japan_date(functions.clock.now());
    let Yen(amount) = amount.map_or(functions.programme.reissue.fee.total, Yen);
    let statement = format!(
        "取引日,入金金額（円）,出金金額（円）,摘要\r\n{},{amount},,振込 {reference}ミホンタロウ\r\n",
        today.strftime("%Y/%m/%d")
    );
    let file = installation.folder.join("bank-statement.csv");
    fs::write(&file, &statement).map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    println!("The bank's statement is {}:\n{statement}", file.display());
    let request = http::Request::builder()
        .method(http::Method::POST)
        .uri("/bank-statements")
        .header(http::header::CONTENT_TYPE, "application/octet-stream")
        .header(http::header::AUTHORIZATION, format!("Bearer {}", installation.staff_token))
        .body(Body::Binary(statement.into_bytes()))?;
    let response = functions.reissue.handle(request).await;
    let text = match response.body() {
        Body::Text(text) => text.as_str(),
        _ => "",
    };
    println!("{} {text}", response.status());
    functions.follow().await?;
    if response.status().is_success() { Ok(()) } else { Err("the statement was not entered".into()) }
}
