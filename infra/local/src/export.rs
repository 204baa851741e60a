//! `export DIR`: what strangers see, as files; and every issued credential with its picture.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use lambda_http::{
    Body,
    http::{Request, StatusCode, header},
};
use shomei_core::{
    badge::{AnyBadge, BadgeId},
    candidate::{AnyCandidate, OpenedMonth, Shard},
    store, verify,
};

use crate::{Failed, functions::Functions};

/// Writes the folder. Files of an earlier export are written over, not removed.
pub(crate) async fn export(functions: &Functions, folder: &Path) -> Result<(), Failed> {
    let host = functions.programme.base_url().split("://").nth(1).unwrap_or_default().replace(':', "_");
    let public = folder.join(host);
    let credentials = folder.join("credentials");
    make_folder(&credentials)?;

    let mut paths: BTreeSet<String> =
        ["/.well-known/did.json", "/.well-known/jwks.json", "/issuer", "/issuer.v2.json"]
            .map(str::to_owned)
            .into();
    paths.extend(functions.programme.token_keys().iter().map(|key| format!("/keys/{}", key.fragment)));
    let mut exported = 0;
    for id in issued_badges(functions).await? {
        let Some(stored) = store::load::<AnyBadge>(&*functions.table, &AnyBadge::key_of(&id)).await? else {
            return Err(format!("badge {id} is issued, but is not there").into());
        };
        let (achievement, version, artwork, list, signed) = match &stored.record {
            AnyBadge::Unclaimed(badge) => {
                (&badge.achievement, badge.wording.version, &badge.artwork, &badge.list, &badge.signed)
            }
            AnyBadge::Claimed(badge) => {
                if let Some(public) = badge.published() {
                    paths.insert(format!("/badges/{id}"));
                    paths.insert(format!("/badges/{id}.png"));
                    paths.insert(format!("/badges/{id}.v2.json"));
                    if verify::token(&functions.programme, &public).is_some() {
                        paths.insert(format!("/badges/{id}.jwt"));
                    }
                }
                (&badge.achievement, badge.wording.version, &badge.artwork, &badge.list, &badge.signed)
            }
            // Its holder had everything erased.
            AnyBadge::Deleted(_) => continue,
        };
        paths.insert(format!("/achievements/{achievement}"));
        paths.insert(format!("/achievements/{achievement}.v2.json"));
        paths.insert(format!("/achievements/{achievement}.{version}.v2.json"));
        paths.insert(format!("/artwork/{artwork}.png"));
        paths.insert(format!("/status/{list}"));
        write(&credentials.join(format!("{id}.json")), signed.as_ref())?;
        let picture = verify::bake(&*functions.table, artwork, signed).await?;
        write(&credentials.join(format!("{id}.png")), &picture)?;
        exported += 1;
    }
    for path in &paths {
        write_public(functions, &public, path).await?;
    }
    println!(
        "{} public documents in {}, {exported} credentials in {}",
        paths.len(),
        public.display(),
        credentials.display()
    );
    Ok(())
}

async fn issued_badges(functions: &Functions) -> Result<Vec<BadgeId>, Failed> {
    let table = &*functions.table;
    let mut months = Vec::new();
    store::for_each::<OpenedMonth>(table, OpenedMonth::PARTITION, |opened| months.push(opened.record.month))
        .await?;
    let mut badges = Vec::new();
    for shard in months.into_iter().flat_map(Shard::all) {
        store::for_each::<AnyCandidate>(table, &AnyCandidate::partition(shard), |candidate| {
            if let AnyCandidate::Issued(candidate) = candidate.record {
                badges.push(candidate.state.badge);
            }
        })
        .await?;
    }
    Ok(badges)
}

/// Asks as a stranger's program would, and keeps the answer.
async fn write_public(functions: &Functions, folder: &Path, path: &str) -> Result<(), Failed> {
    let request =
        Request::builder().uri(path).header(header::ACCEPT, "application/json").body(Body::Empty)?;
    let response = functions.answer(request).await;
    if response.status() != StatusCode::OK {
        return Err(format!("{path} answered {}", response.status()).into());
    }
    let name = path.trim_start_matches('/');
    let mut file: PathBuf = folder.join(name);
    if file.extension().is_none() {
        file = folder.join(format!("{name}.json"));
    }
    if let Some(parent) = file.parent() {
        make_folder(parent)?;
    }
    match response.body() {
        Body::Text(text) => write(&file, text.as_bytes()),
        Body::Binary(bytes) => write(&file, bytes),
        _ => Err(format!("{path} answered nothing").into()),
    }
}

fn make_folder(folder: &Path) -> Result<(), Failed> {
    fs::create_dir_all(folder)
        .map_err(|error| format!("the folder {} cannot be made: {error}", folder.display()).into())
}

fn write(file: &Path, content: &[u8]) -> Result<(), Failed> {
    fs::write(file, content).map_err(|error| format!("{} cannot be written: {error}", file.display()).into())
}
