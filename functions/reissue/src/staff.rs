//! What the staff do with orders and money. Every change stands in the order's trail, with who did it and when.

use jiff::civil::Date;
use lambda_http::http::StatusCode;
use payments::reference::PaymentReference;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use shomei_core::{
    address::{MailAddress, Mended},
    calendar::{self, Month},
    candidate::{AchievementId, BodyNumber, CandidateRef, Correction, Kana, Kind, PersonName, Roman},
    order::{Actor, Amount, AnyOrder, Mismatch, OrderId, PaymentId, Reason},
    reissue::{
        favour::{self, Favoured},
        papers,
        refund::{self, Returned},
        staff::{self, Confirmed},
    },
};
use shomei_http::{Cache, Problem, Request, Response};

use crate::{ByStaff, Reissue};

/// The most months that one search goes through.
const MOST_MONTHS: usize = 24;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    from: Option<Month>,
    to: Option<Month>,
    state: Option<String>,
    reference: Option<String>,
}

/// A person's number stands in a body, never in an address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    from: Option<Month>,
    to: Option<Month>,
    state: Option<String>,
    reference: Option<String>,
    number: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FavourBody {
    number: String,
    achievement: String,
    kind: Kind,
    month: Month,
    address: Option<String>,
    name: Option<String>,
    kana: Option<String>,
    roman: Option<String>,
    reason: String,
    /// The address is meant as it is, although its domain looks like a slip.
    #[serde(default)]
    address_is_meant: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PaymentBody {
    amount: u32,
    paid_on: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReasonBody {
    reason: String,
}

impl Reissue {
    pub(crate) async fn staff(
        &self,
        operation: ByStaff,
        request: &Request,
        parameter: &str,
    ) -> Result<Response, Problem> {
        let actor = Actor::staff(&self.gate.admit(request)?.subject);
        match operation {
            ByStaff::ListOrders => {
                let Listed { from, to, state, reference } =
                    shomei_http::query(request).ok_or_else(wrong_search)?;
                self.list_orders(Search { from, to, state, reference, number: None }).await
            }
            ByStaff::SearchOrders => self.list_orders(read(request)?).await,
            ByStaff::ShowOrder => self.show_order(parameter).await,
            ByStaff::Favour => self.favour(request, &actor).await,
            ByStaff::ConfirmPayment => self.confirm_payment(request, parameter, &actor).await,
            ByStaff::Refund => self.refund(request, parameter, &actor).await,
            ByStaff::EnterStatement => self.enter_statement(request, &actor).await,
            ByStaff::ListParked => self.list_parked().await,
            ByStaff::ReturnParked => self.return_parked(parameter, &actor).await,
        }
    }

    /// By the payer's reference, or of some months, this one if none is named; of one state or one person.
    async fn list_orders(&self, search: Search) -> Result<Response, Problem> {
        let orders = if let Some(reference) = &search.reference {
            let reference = PaymentReference::parse(reference).map_err(|_| wrong_search())?;
            staff::by_reference(self.ports(), &reference).await?.into_iter().collect()
        } else {
            let now = Month::of(calendar::japan_date(self.clock.now()));
            let to = search.to.unwrap_or(now);
            let mut month = search.from.unwrap_or(to);
            let mut orders = Vec::new();
            let mut months = 0;
            while month <= to {
                months += 1;
                if months > MOST_MONTHS {
                    return Err(Problem::malformed(
                        "一度に検索できるのは24か月までです。",
                        "At most 24 months are searched at once.",
                    ));
                }
                orders.extend(staff::orders(self.ports(), month).await?);
                month = month.next();
            }
            orders
        };
        let number =
            search.number.as_deref().map(BodyNumber::mend).transpose().map_err(|_| wrong_search())?;
        let found: Vec<_> = orders
            .iter()
            .filter(|order| search.state.as_deref().is_none_or(|state| order.state() == state))
            .filter(|order| {
                let terms = order.terms();
                number.as_ref().is_none_or(|number| {
                    let month = terms.candidate.month;
                    CandidateRef::named(&terms.achievement, terms.kind, month, number) == terms.candidate
                })
            })
            .map(summary)
            .collect();
        Ok(reply(StatusCode::OK, &json!({ "orders": found })))
    }

    async fn show_order(&self, order: &str) -> Result<Response, Problem> {
        let id = OrderId::parse(order).ok_or_else(Problem::not_found)?;
        let order = staff::one(self.ports(), &id).await?.ok_or_else(Problem::not_found)?;
        let trail = staff::trail(self.ports(), &id).await?;
        let papers = papers::of(self.ports(), &order).await?;
        let mut document = summary(&order);
        if let Some(fields) = document.as_object_mut() {
            fields.insert("receipt".to_owned(), json!(papers.receipt));
            fields.insert("creditNote".to_owned(), json!(papers.credit_note));
            fields.insert("addressee".to_owned(), json!(order.terms().addressee));
            fields.insert("payment".to_owned(), json!(order.paid().map(|(payment, _)| payment.to_string())));
            fields.insert("trail".to_owned(), json!(trail));
        }
        Ok(reply(StatusCode::OK, &document))
    }

    async fn favour(&self, request: &Request, actor: &Actor) -> Result<Response, Problem> {
        let body: FavourBody = read(request)?;
        let reason = reason(&body.reason)?;
        let number = BodyNumber::mend(&body.number).map_err(|_| unknown_occasion())?;
        let achievement = AchievementId::mend(&body.achievement).map_err(|_| unknown_occasion())?;
        let occasion = CandidateRef::named(&achievement, body.kind, body.month, &number);
        let correction = correction(&body)?;
        let favoured = favour::favour(self.ports(), &occasion, &correction, actor, &reason).await?;
        let (status, order, outcome) = match favoured {
            Favoured::Order(order) => (StatusCode::CREATED, order, "ordered"),
            Favoured::Running(order) => (StatusCode::CONFLICT, order, "running"),
            Favoured::NoBadge => return Err(unknown_occasion()),
            Favoured::Expired => return Err(badge_expired()),
            Favoured::OutOfReach(_) => {
                return Err(conflict(
                    "badge-out-of-reach",
                    ("このバッジは差し替えられません", "This badge cannot be replaced"),
                    (
                        "受け取り済みで、宛先のメールアドレスがウォレットから外されています。ご本人がウォレットで削除してから、もう一度お試しください。",
                        "It is claimed, and its address was removed from the wallet. Its holder has to delete it there first.",
                    ),
                ));
            }
            Favoured::NameStays => return Err(name_stays()),
            Favoured::Revoked(_) => return Err(badge_revoked()),
        };
        // Ordered twice, it is issued all the same.
        self.issue(&order, actor).await;
        Ok(reply(status, &json!({ "order": order, "outcome": outcome })))
    }

    async fn confirm_payment(
        &self,
        request: &Request,
        order: &str,
        actor: &Actor,
    ) -> Result<Response, Problem> {
        let id = OrderId::parse(order).ok_or_else(Problem::not_found)?;
        let PaymentBody { amount, paid_on } = read(request)?;
        if paid_on > calendar::japan_date(self.clock.now()) {
            return Err(Problem::malformed("入金日（paidOn）が先の日付です。", "paidOn lies in the future."));
        }
        let amount = Amount::yen(amount.into());
        match staff::confirm(self.ports(), &id, amount, paid_on, actor).await? {
            Confirmed::Settled(order) => {
                self.issue(&order, actor).await;
                Ok(reply(StatusCode::OK, &json!({ "order": order, "outcome": "paid" })))
            }
            Confirmed::AlreadyPaid => Err(conflict(
                "order-paid",
                ("すでに入金済みです", "The order is paid already"),
                (
                    "この申し込みはほかの入金で支払い済みです。重ねて入金があった場合は、入出金明細の取り込みで保留として記録されます。",
                    "Another payment settled it. Money that came besides is found in the bank's statement, and parked.",
                ),
            )),
            Confirmed::Not(Mismatch::WrongAmount) => Err(conflict(
                "payment-wrong-amount",
                ("金額が違います", "The amount is another"),
                (
                    "申し込みの金額と一致する入金だけを記録できます。過不足は入出金明細の取り込みで保留として記録されます。",
                    "Only the order's own amount is entered. Other amounts are found in the bank's statement, and parked.",
                ),
            )),
            Confirmed::Not(Mismatch::BadgeExpired) => Err(badge_expired()),
            Confirmed::Not(Mismatch::BadgeRevoked) => Err(badge_revoked()),
            Confirmed::Not(_) => Err(conflict(
                "order-ended",
                ("この申し込みは終了しています", "The order has ended"),
                (
                    "このバッジは別の申し込みで再発行されたか、手続き中です。入金は返金してください。",
                    "The badge was ordered or issued again by another order. Please give the money back.",
                ),
            )),
            Confirmed::Unknown => Err(Problem::not_found()),
        }
    }

    async fn refund(&self, request: &Request, order: &str, actor: &Actor) -> Result<Response, Problem> {
        let id = OrderId::parse(order).ok_or_else(Problem::not_found)?;
        let body: ReasonBody = read(request)?;
        let reason = reason(&body.reason)?;
        returned(refund::refund(self.ports(), &id, actor, &reason).await?)
    }

    async fn list_parked(&self) -> Result<Response, Problem> {
        let payments = staff::parked(self.ports()).await?;
        Ok(reply(StatusCode::OK, &json!({ "payments": payments })))
    }

    async fn return_parked(&self, payment: &str, actor: &Actor) -> Result<Response, Problem> {
        let id = PaymentId::parse(payment).ok_or_else(Problem::not_found)?;
        returned(refund::return_parked(self.ports(), &id, actor).await?)
    }
}

/// Nobody would approve of another name than the one that was approved of.
fn name_stays() -> Problem {
    conflict(
        "name-needs-second-person",
        ("発行後は氏名を変更できません", "The name on an issued badge stays"),
        (
            "登録を別の人が承認する運用では、発行後に直せるのはアドレスだけです。氏名の誤りは、手違いとして取り消しを提案し、枝番を付けた番号などで登録し直してください。",
            "Where another person approves of what is registered, only the address is corrected afterwards. Propose to revoke the badge as issued in error, and register the person anew, for instance with a suffix to the number.",
        ),
    )
}

/// What of the register was wrong. An address that looks like a slip is asked about first: the badge is mailed to it at once.
fn correction(body: &FavourBody) -> Result<Correction, Problem> {
    let wrong = |what: (&str, &str)| {
        Problem::malformed(
            &format!("{}を読み取れません。", what.0),
            &format!("The {} cannot be taken.", what.1),
        )
    };
    let address = body.address.as_deref().map(MailAddress::mend).transpose();
    let address = address.map_err(|_| wrong(("メールアドレス（address）", "address")))?;
    if let Some(Mended { suggestion: Some(_), .. }) = &address
        && !body.address_is_meant
    {
        return Err(conflict(
            "address-doubtful",
            ("メールアドレスをご確認ください", "Please check the address"),
            (
                "ドメインの打ち間違いのように見えます。このままで正しいときは addressIsMeant に true を指定してください。",
                "Its domain looks like a slip. If it is meant so, send addressIsMeant as true.",
            ),
        ));
    }
    let name = body.name.as_deref().map(PersonName::new).transpose();
    let kana = body.kana.as_deref().map(Kana::new).transpose();
    let roman = body.roman.as_deref().map(Roman::new).transpose();
    Ok(Correction {
        address: address.map(|mended| mended.address),
        name: name.map_err(|_| wrong(("氏名（name）", "name")))?,
        kana: kana.map_err(|_| wrong(("フリガナ（kana）", "kana")))?,
        roman: roman.map_err(|_| wrong(("ローマ字（roman）", "roman")))?,
    })
}

fn returned(returned: Returned) -> Result<Response, Problem> {
    match returned {
        Returned::Entered => Ok(reply(StatusCode::OK, &json!({ "outcome": "returned" }))),
        Returned::NothingPaid => Err(conflict(
            "nothing-paid",
            ("入金がありません", "Nothing was paid"),
            ("この申し込みには返金する入金がありません。", "The order has no payment to give back."),
        )),
        Returned::Unknown => Err(Problem::not_found()),
    }
}

fn wrong_search() -> Problem {
    Problem::malformed(
        "検索条件は from・to（2026-11 の形）、state、reference（8桁）、number です。",
        "Search by from and to (as 2026-11), state, reference (eight digits) or number.",
    )
}

/// An order as a list shows it.
fn summary(order: &AnyOrder) -> Value {
    let terms = order.terms();
    json!({
        "order": terms.id,
        "reference": terms.reference,
        "state": order.state(),
        "achievement": terms.achievement,
        "kind": terms.kind,
        "date": terms.date,
        "amount": terms.fee.total,
        "askedAt": terms.asked_at,
        "disputed": terms.disputed,
        "replaces": terms.replaces,
    })
}

/// A body of JSON. The reader's own message would quote it.
fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Problem> {
    serde_json::from_slice(shomei_http::bytes(request)).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::malformed(
            &format!("JSONを読み取れません（{line}行{column}列）。"),
            &format!("The body is not the JSON that is expected (line {line}, column {column})."),
        )
    })
}

fn reason(text: &str) -> Result<Reason, Problem> {
    Reason::parse(text).ok_or_else(|| {
        Problem::malformed(
            "理由（reason）を1行、200文字以内で入力してください。",
            "Give a reason: one line of at most 200 characters.",
        )
    })
}

fn badge_expired() -> Problem {
    conflict(
        "badge-expired",
        ("有効期間が終わっています", "The validity is over"),
        (
            "更新の手続きをご案内ください。入金があるときは返金してください。",
            "Please point the person to the renewal. If money came, please give it back.",
        ),
    )
}

fn badge_revoked() -> Problem {
    conflict(
        "badge-revoked",
        ("発行者が取り消したバッジです", "The issuer revoked the badge"),
        (
            "取り消したバッジは再発行しません。取り消しの理由が誤りだったときは、理由を「誤発行」に改める提案をしてください。入金があるときは返金してください。",
            "It is not issued again. If the ground was wrong, propose to revoke it as issued in error. If money came, please give it back.",
        ),
    )
}

fn unknown_occasion() -> Problem {
    conflict(
        "no-badge",
        ("該当するバッジがありません", "Nobody has such a badge"),
        (
            "番号・資格・区分・月をご確認ください。まだ発行されていない場合は、登録の訂正で足ります。",
            "Please check number, qualification, kind and month. What is not issued yet is corrected in the register.",
        ),
    )
}

fn conflict(code: &'static str, title: (&str, &str), detail: (&str, &str)) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, title, detail)
}

pub(crate) fn reply(status: StatusCode, document: &Value) -> Response {
    shomei_http::json(status, "application/json", document.to_string(), Cache::Private)
}
