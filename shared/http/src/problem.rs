//! Problems: RFC 9457 `application/problem+json` with a stable code for programs, a page for people.

use lambda_http::http::{HeaderValue, StatusCode, header};
use serde_json::json;
use shomei_pages::{Bilingual, Language, problem::ProblemPage};

use crate::{
    Request, Response,
    metrics::{self, Metric},
    reply::{self, Cache},
};

/// What went wrong, for the reader. Holds nothing of the request.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable name in kebab-case, for programs.
    pub code: &'static str,
    words: Box<Words>,
    /// The methods that the address does take, if that is the problem.
    allow: Option<String>,
    /// The reader's language, if it is not the one that the browser names.
    language: Option<Language>,
}

#[derive(Debug, Clone)]
struct Words {
    /// What happened.
    title: Bilingual,
    /// What to do.
    detail: Bilingual,
    /// Where a person can go on: a path, and what is there.
    link: Option<(String, Bilingual)>,
}

impl Problem {
    /// A problem from its texts.
    pub fn new(status: StatusCode, code: &'static str, title: (&str, &str), detail: (&str, &str)) -> Self {
        let words = Words { title: bilingual(title), detail: bilingual(detail), link: None };
        Self { status, code, words: Box::new(words), allow: None, language: None }
    }

    /// The same with a way on for people.
    #[must_use]
    pub fn with_link(mut self, path: &str, words: (&str, &str)) -> Self {
        self.words.link = Some((path.to_owned(), bilingual(words)));
        self
    }

    /// The same in the language that the reader chose.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// Nothing stands at this address.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            ("ページが見つかりません", "Not found"),
            (
                "アドレスが途中で切れていないかご確認ください。",
                "Please check that the address was not cut on the way.",
            ),
        )
    }

    /// The path exists for other methods: these.
    pub fn wrong_method(allowed: String) -> Self {
        let problem = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            ("この操作はできません", "Method not allowed"),
            (
                "このアドレスでは別の方法でのアクセスが必要です。",
                "This address is used with another HTTP method.",
            ),
        );
        Self { allow: Some(allowed), ..problem }
    }

    /// Staff only.
    pub fn not_staff() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "staff-only",
            ("職員専用です", "Staff only"),
            (
                "職員用のトークンをAuthorizationヘッダーで送ってください。",
                "Send the staff token in the Authorization header.",
            ),
        )
    }

    /// Signed in, but not as staff of this programme.
    pub fn role_missing() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "role-missing",
            ("権限がありません", "Not permitted"),
            (
                "この操作に必要な役割が割り当てられていません。管理者にご確認ください。",
                "Your account lacks the role for this. Please ask your administrator.",
            ),
        )
    }

    /// The body is not what the route takes.
    pub fn malformed(ja: &str, en: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            ("内容を読み取れません", "The request could not be read"),
            (ja, en),
        )
    }

    /// More than is read at once.
    pub fn body_too_large(bytes: usize) -> Self {
        let megabytes = bytes / (1024 * 1024);
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            ("データが大きすぎます", "The request is too large"),
            (&format!("{megabytes} MB までにしてください。"), &format!("At most {megabytes} MB are taken.")),
        )
    }

    /// More files than are read at once.
    pub fn too_many_files(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-many-files",
            ("ファイルが多すぎます", "Too many files"),
            (
                &format!("一度に送れるファイルは{limit}個までです。分けてお送りください。"),
                &format!("At most {limit} files are taken at once. Please send them in several parts."),
            ),
        )
    }

    /// More fields than any form of ours has.
    pub fn too_many_fields(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-many-fields",
            ("入力項目が多すぎます", "Too many fields"),
            (
                &format!("一度に送れる入力項目は{limit}個までです。"),
                &format!("At most {limit} fields are taken at once."),
            ),
        )
    }

    /// The body is of a type that no form has.
    pub fn not_a_form() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-a-form",
            ("この形式では受け付けていません", "This type of content is not taken"),
            (
                "multipart/form-dataまたはapplication/x-www-form-urlencodedで送ってください。",
                "Send it as multipart/form-data or application/x-www-form-urlencoded.",
            ),
        )
    }

    /// The form was not sent from our own page.
    pub fn foreign_origin() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "foreign-origin",
            ("別のサイトからの操作です", "Sent from another site"),
            (
                "メールのリンクからページを開き直し、もう一度お試しください。",
                "Please open the page again from the link in your mail, and try once more.",
            ),
        )
    }

    /// Nobody is signed in any more.
    pub fn signed_out() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "signed-out",
            ("ログインが必要です", "Please sign in"),
            (
                "ログインの有効期限が切れています。もう一度ログインしてください。",
                "You are not signed in any more. Please sign in again.",
            ),
        )
        .with_link("/wallet/sign-in", ("ウォレットにログインする", "Sign in to your wallet"))
    }

    /// A form of the office came without a session.
    pub fn signed_out_of_office() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "signed-out",
            ("ログインが必要です", "Please sign in"),
            (
                "ログインの有効期限が切れています。もう一度ログインして、操作をやり直してください。",
                "You are not signed in any more. Please sign in and do it again.",
            ),
        )
        .with_link("/office/sign-in", ("事務局にログインする", "Sign in to the office"))
    }

    /// Mails were asked for too often. Says nothing about whether an address is known.
    pub fn too_many_mails() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-mails",
            ("メールの送信回数が上限に達しました", "Too many mails were asked for"),
            (
                "1時間ほどたってから、もう一度お試しください。メールが届かないときは、迷惑メールフォルダーもご確認ください。",
                "Please try again in an hour. If a mail does not arrive, please look in the junk folder as well.",
            ),
        )
    }

    /// Something did not answer; nothing is lost.
    pub fn try_again() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "try-again",
            ("ただいま処理できません", "Not possible right now"),
            (
                "しばらくしてから、もう一度お試しください。データは失われていません。",
                "Please try again in a little while. Nothing is lost.",
            ),
        )
    }

    /// A person of ours has to look.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            ("システムに問題が発生しました", "Something is wrong on our side"),
            ("お手数ですが、発行団体までお問い合わせください。", "Please contact the issuing organisation."),
        )
    }

    /// The reply: a page if the request prefers one, else problem+json.
    pub fn reply(&self, request: &Request) -> Response {
        metrics::count_as(Metric::Refused, self.code, 1);
        let language = self.language.unwrap_or_else(|| reply::language(request));
        let page = ProblemPage {
            status: self.status.as_u16(),
            title: self.words.title.clone(),
            detail: self.words.detail.clone(),
            code: self.code.to_owned(),
            link: self.words.link.clone(),
        };
        let mut response = match page.render(language) {
            Ok(page) if reply::wants_page(request) => {
                reply::html(self.status, language, page, Cache::Private)
            }
            _ => self.json(),
        };
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("3600"));
        }
        if self.code == "staff-only" {
            let scheme = HeaderValue::from_static("Bearer realm=\"staff\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        if let Some(Ok(allow)) = self.allow.as_deref().map(HeaderValue::from_str) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        response
    }

    fn json(&self) -> Response {
        let Words { title, detail, link: _ } = &*self.words;
        let document = json!({
            "type": format!("urn:shomei:problem:{}", self.code),
            "status": self.status.as_u16(),
            "code": self.code,
            "title": title.en,
            "detail": detail.en,
            "titleJa": title.ja,
            "detailJa": detail.ja,
        });
        reply::json(self.status, "application/problem+json", format!("{document}\n"), Cache::Private)
    }
}

fn bilingual((ja, en): (&str, &str)) -> Bilingual {
    Bilingual { ja: ja.to_owned(), en: en.to_owned() }
}
