//! `try`: the main job on the samples, and where to look at what came of it.

use std::{fs, io::ErrorKind, path::Path};

use indicatif::ProgressBar;
use shomei_core::{
    claim::{self, Opened, Ports},
    intake::list::read_csv,
    token::Token,
};

use crate::{Failed, functions::Functions, installation::Installation, register, run};

const ACHIEVEMENTS: &str = include_str!("../../../events/achievements.json");
const CANDIDATES: &[u8] = include_bytes!("../../../events/candidates-2026-10.csv");
const PICTURES: [(&str, &[u8]); 3] = [
    ("artwork/pm-foundation.png", include_bytes!("../../../events/artwork/pm-foundation.png")),
    ("artwork/pm-professional.png", include_bytes!("../../../events/artwork/pm-professional.png")),
    ("artwork/pm-executive.png", include_bytes!("../../../events/artwork/pm-executive.png")),
];

/// Registers the samples, runs their month and shows one recipient's way.
pub(crate) async fn show(functions: &Functions, installation: &Installation) -> Result<(), Failed> {
    println!("── The qualifications");
    register::achievements(functions, ACHIEVEMENTS, |path| {
        let picture = PICTURES.iter().find(|(name, _)| *name == path).map(|(_, bytes)| bytes.to_vec());
        picture.ok_or_else(|| "no such sample".into())
    })
    .await?;
    println!("\n── Last month's list, as Excel saved it (events/candidates-2026-10.csv)");
    let rows = read_csv(CANDIDATES).map_err(|error| error.sentence().en)?;
    register::candidates(functions, rows, &ProgressBar::hidden()).await?;
    println!("\n── The run of 2026-10");
    let sent = run::issue_and_announce(functions, "2026-10".parse()?).await?;
    println!("\n── One recipient's mail");
    let links = claim_links(&installation.outbox())?;
    if links.is_empty() {
        match sent {
            0 => println!("No mail was sent now, and none is in the outbox."),
            _ => println!("The {sent} mails went through the SMTP server. The claim links are in them."),
        }
        return Ok(());
    }
    let ports = Ports { table: &*functions.table, clock: &*functions.clock, entropy: &*functions.entropy };
    let mut found = None;
    for link in links {
        let token = link.rsplit('/').next().and_then(Token::parse).ok_or("the mail holds no claim link")?;
        match claim::open(ports, &token).await? {
            Opened::Offer(offer) => {
                found = Some((link, offer.badge.id, false));
                break;
            }
            Opened::Claimed(badge) => found = found.or(Some((link, badge.id, true))),
            Opened::Expired | Opened::Unknown => {}
        }
    }
    let Some((link, badge, claimed)) = found else {
        return Err("no link in the outbox leads to a badge any more".into());
    };
    let url = functions.programme.badge_url(&badge);
    println!("claim link   {link}");
    println!("wallet       {}/wallet/sign-in", functions.programme.base_url());
    println!("badge page   {url}");
    println!("credential   {url}.json");
    println!("picture      {url}.png");
    println!(
        "{}",
        if claimed {
            "(This badge is claimed. Its page is there if it was made public.)"
        } else {
            "(The last three answer once the badge is claimed and made public.)"
        }
    );
    println!("all mails    {}", installation.outbox().display());
    Ok(())
}

/// The claim links of the mails in the outbox. Where mail always went through SMTP it holds none.
fn claim_links(outbox: &Path) -> Result<Vec<String>, Failed> {
    let entries = match fs::read_dir(outbox) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(format!("{} cannot be read: {error}", outbox.display()).into()),
    };
    let mut mails: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .collect();
    mails.sort();
    let mut links = Vec::new();
    for mail in mails {
        let bytes = fs::read(mail)?;
        let mail = mailparse::parse_mail(&bytes)?;
        let text = mail.subparts.first().ok_or("the mail has no text")?.get_body()?;
        links.extend(text.lines().map(str::trim).find(|line| line.contains("/claim/")).map(str::to_owned));
    }
    Ok(links)
}
