//! The addresses of a wallet.

use lambda_http::http::StatusCode;
use shomei_core::{
    badge::ConsentVersion,
    calendar,
    claim::addresses::{self, Changed, Proved},
    token::Token,
    wallet::MOST_ADDRESSES,
};
use shomei_http::{
    Problem, Request, Response,
    metrics::{self, Metric},
};
use shomei_pages::{
    claim::CONSENT_VERSION,
    wallet::{AddressesPage, Notice, ProveConfirm, ProveDead, WalletAddress},
};

use crate::{
    Claim, noted, page,
    reader::{Owner, Reader, done, notice},
    session::address,
};

/// Where they are shown.
const PAGE: &str = "/wallet/addresses";

impl Claim {
    pub(crate) fn addresses(&self, request: &Request, owner: &Owner<'_>) -> Result<Response, Problem> {
        let known = &owner.wallet().addresses;
        let view = AddressesPage {
            issuer: self.issuer(),
            contact: self.contact(),
            notice: notice(request),
            addresses: known
                .iter()
                .enumerate()
                .map(|(place, proven)| WalletAddress {
                    address: proven.address.as_str().to_owned(),
                    main: place == 0,
                    proven_on: calendar::japan_date(proven.proven_at),
                })
                .collect(),
            may_add: known.len() < MOST_ADDRESSES,
            most: MOST_ADDRESSES,
        };
        page(StatusCode::OK, owner.language, view.render(owner.language))
    }

    pub(crate) async fn add_address(
        &self,
        request: &Request,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let address = address(request)?;
        noted(addresses::ask(self.ports(), &owner.wallet().id, &address, owner.client).await?)?;
        Ok(done(PAGE, Notice::ProofSent))
    }

    pub(crate) async fn make_main(&self, request: &Request, owner: &Owner<'_>) -> Result<Response, Problem> {
        let address = address(request)?;
        match addresses::make_main(self.ports(), &owner.wallet().id, &address).await? {
            Changed::Done => Ok(done(PAGE, Notice::MainAddressChanged)),
            Changed::Unknown | Changed::IsMain => Err(not_in_the_wallet()),
        }
    }

    pub(crate) async fn remove_address(
        &self,
        request: &Request,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let address = address(request)?;
        match addresses::remove(self.ports(), &owner.wallet().id, &address).await? {
            Changed::Done => Ok(done(PAGE, Notice::AddressRemoved)),
            Changed::Unknown => Err(not_in_the_wallet()),
            Changed::IsMain => Err(conflict(
                "main-address",
                ("メインのアドレスは削除できません", "The main address cannot be removed"),
                (
                    "先に、別のアドレスをメインのアドレスに設定してください。",
                    "Please make another address the main one first.",
                ),
            )),
        }
    }

    pub(crate) async fn look_proof(&self, token: &str, reader: &Reader) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.prove_dead(reader.language) };
        let Some(offer) = addresses::look(self.ports(), &token).await? else {
            return self.prove_dead(reader.language);
        };
        if offer.shared {
            return Err(shared());
        }
        let signed_in = reader.signed_in.as_ref().map(|signed_in| &signed_in.wallet.id);
        let view = ProveConfirm {
            issuer: self.issuer(),
            contact: self.contact(),
            address: offer.address.as_str().to_owned(),
            main_address: offer.main_address.as_str().to_owned(),
            badge: offer.badge.map(Into::into),
            merges: offer.merges,
            signed_in: signed_in == Some(&offer.wallet),
            action: format!("/wallet/prove/{}", token.text()),
        };
        page(StatusCode::OK, reader.language, view.render(reader.language))
    }

    pub(crate) async fn prove(&self, token: &str, owner: &Owner<'_>) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.prove_dead(owner.language) };
        // A badge that comes along is private: the wording about publication is the one of today.
        let wording = ConsentVersion(CONSENT_VERSION.to_owned());
        match addresses::prove(self.ports(), &owner.wallet().id, &token, &wording).await? {
            Proved::Added { claimed } => {
                metrics::count(Metric::Claimed, usize::from(claimed));
                Ok(done("/wallet", Notice::AddressAdded))
            }
            Proved::Dead => self.prove_dead(owner.language),
            Proved::OtherWallet => Err(conflict(
                "other-wallet",
                ("別のウォレットの確認リンクです", "The link belongs to another wallet"),
                (
                    "アドレスを追加しようとしたウォレットにログインしてから、リンクを開き直してください。",
                    "Sign in to the wallet that asked for it, then open the link again.",
                ),
            )),
            Proved::Shared => Err(shared()),
            Proved::TooManyAddresses => Err(conflict(
                "too-many-addresses",
                ("アドレスの数が上限を超えます", "Too many addresses"),
                (
                    "使わなくなったアドレスを削除してから、リンクを開き直してください。",
                    "Remove an address that you no longer use, then open the link again.",
                ),
            )),
            Proved::TooManyBadges => Err(conflict(
                "too-many-badges",
                ("一度に移せるバッジの数を超えています", "Too many badges to move at once"),
                (
                    "お手数ですが、発行団体までお問い合わせください。",
                    "Please contact the issuing organisation.",
                ),
            )),
        }
    }

    fn prove_dead(&self, language: shomei_pages::Language) -> Result<Response, Problem> {
        let view = ProveDead { issuer: self.issuer(), contact: self.contact() };
        page(StatusCode::GONE, language, view.render(language))
    }
}

fn not_in_the_wallet() -> Problem {
    conflict(
        "address-unknown",
        ("このアドレスは登録されていません", "The wallet does not know this address"),
        ("ページを開き直して、もう一度お試しください。", "Please open the page again and try once more."),
    )
}

/// Whoever reads the mail of one address has not shown to read that of the others.
fn shared() -> Problem {
    conflict(
        "shared-address",
        ("別のウォレットに登録されているアドレスです", "The address belongs to another wallet"),
        (
            "このアドレスは、ほかのアドレスも登録されている別のウォレットで使われています。まとめるには、そのウォレットにログインし、そちらに今のアドレスを追加してください。",
            "This address is in another wallet, which knows other addresses too. To bring both together, sign in to that wallet and add your present address there.",
        ),
    )
}

fn conflict(code: &'static str, title: (&str, &str), detail: (&str, &str)) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, title, detail)
        .with_link(PAGE, ("メールアドレスの一覧に戻る", "Back to the addresses"))
}
