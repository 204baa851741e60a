//! Everything a public badge can be shared with, in the forms that each place expects.

use askama::Template;
use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::layout::{Frame, Place, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(SharePage);

/// What stands as it is in a query: the unreserved characters (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The ways to share one badge. There only while the badge is public.
#[derive(Clone)]
pub struct SharePage {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The badge's page in the wallet.
    pub back: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// The badge's id.
    pub badge_id: String,
    /// The badge's public page, absolute.
    pub url: String,
    /// The picture with the signed badge inside, absolute.
    pub png_url: String,
    /// The signed badge as JSON, absolute.
    pub json_url: String,
    /// The QR code of `url`.
    pub qr_url: String,
    /// The day of issue.
    pub issued: Date,
    /// The last day of validity, if it ends.
    pub valid_until: Option<Date>,
}

page_template!(ShareTemplate, SharePage, "wallet/share.html");

/// One field of the form at `LinkedIn` for a licence or certificate.
#[derive(Debug)]
struct LinkedInField {
    parameter: &'static str,
    label: &'static str,
    value: String,
}

/// A piece of HTML that shows the badge elsewhere.
#[derive(Debug, Template)]
#[template(path = "wallet/share_snippet.html")]
struct Snippet<'a> {
    url: &'a str,
    png_url: &'a str,
    size: u16,
    label: String,
    caption: bool,
}

impl SharePage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("バッジの共有", "Share your badge");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Below);
        document(&ShareTemplate { language, frame, page: self })
    }

    /// The fields as that form names and orders them; the expiry only if there is one.
    fn linkedin_fields(&self, language: Language) -> Vec<LinkedInField> {
        let field =
            |parameter, ja, en, value| LinkedInField { parameter, label: language.say(ja, en), value };
        let mut fields = vec![
            field("name", "資格名", "Name", self.achievement.in_language(language).to_owned()),
            field(
                "organizationName",
                "発行組織",
                "Issuing organization",
                self.issuer.in_language(language).to_owned(),
            ),
            field("issueYear", "発行日（年）", "Issue year", self.issued.year().to_string()),
            field("issueMonth", "発行日（月）", "Issue month", self.issued.month().to_string()),
        ];
        if let Some(end) = self.valid_until {
            fields.push(field("expirationYear", "有効期限（年）", "Expiration year", end.year().to_string()));
            fields.push(field(
                "expirationMonth",
                "有効期限（月）",
                "Expiration month",
                end.month().to_string(),
            ));
        }
        fields.push(field("certId", "認定ID", "Credential ID", self.badge_id.clone()));
        fields.push(field("certUrl", "認定URL", "Credential URL", self.url.clone()));
        fields
    }

    fn linkedin_profile(&self, language: Language) -> String {
        let task = "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME";
        self.linkedin_fields(language).iter().fold(task.to_owned(), |link, field| {
            format!("{link}&{}={}", field.parameter, encoded(&field.value))
        })
    }

    fn linkedin_post(&self) -> String {
        format!("https://www.linkedin.com/sharing/share-offsite/?url={}", encoded(&self.url))
    }

    fn x_post(&self, language: Language) -> String {
        let text = self.announcement(language);
        format!("https://twitter.com/intent/tweet?text={}&url={}", encoded(&text), encoded(&self.url))
    }

    fn facebook_post(&self) -> String {
        format!("https://www.facebook.com/sharer/sharer.php?u={}", encoded(&self.url))
    }

    fn line_message(&self) -> String {
        format!("https://social-plugins.line.me/lineit/share?url={}", encoded(&self.url))
    }

    fn announcement(&self, language: Language) -> String {
        let achievement = self.achievement.in_language(language);
        match language {
            Language::Japanese => format!("「{achievement}」のオープンバッジを取得しました。"),
            Language::English => format!("I have earned the Open Badge “{achievement}”."),
        }
    }

    /// The achievement and its issuer on one line.
    fn label(&self, language: Language) -> String {
        let (achievement, issuer) =
            (self.achievement.in_language(language), self.issuer.in_language(language));
        match language {
            Language::Japanese => format!("{achievement}（{issuer}）"),
            Language::English => format!("{achievement} ({issuer})"),
        }
    }

    fn signature_html(&self, language: Language) -> Result<String, askama::Error> {
        self.snippet(language, 96, false)
    }

    fn signature_text(&self, language: Language) -> String {
        format!("{}\n{}", self.label(language), self.url)
    }

    fn embed_html(&self, language: Language) -> Result<String, askama::Error> {
        self.snippet(language, 200, true)
    }

    fn snippet(&self, language: Language, size: u16, caption: bool) -> Result<String, askama::Error> {
        let (url, png_url) = (&self.url, &self.png_url);
        Snippet { url, png_url, size, label: self.label(language), caption }.render()
    }
}

fn encoded(text: &str) -> impl std::fmt::Display {
    utf8_percent_encode(text, RESERVED)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn page() -> SharePage {
        let text = |ja: &str, en: &str| Bilingual { ja: ja.to_owned(), en: en.to_owned() };
        SharePage {
            issuer: text("協会", "R&D Association"),
            contact: "help@example.jp".to_owned(),
            back: "/wallet/badges/5kq2".to_owned(),
            achievement: text("資格 甲", "Grade A+ \"Pro\""),
            badge_id: "5kq2".to_owned(),
            url: "https://badges.example.jp/badges/5kq2".to_owned(),
            png_url: "https://badges.example.jp/badges/5kq2.png".to_owned(),
            json_url: "https://badges.example.jp/badges/5kq2.json".to_owned(),
            qr_url: "https://badges.example.jp/badges/5kq2/qr.svg".to_owned(),
            issued: date(2026, 1, 1),
            valid_until: Some(date(2028, 12, 31)),
        }
    }

    #[test]
    fn linkedin_gets_its_own_fields_with_months_from_1_to_12() {
        assert_eq!(
            page().linkedin_profile(Language::English),
            "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME\
             &name=Grade%20A%2B%20%22Pro%22&organizationName=R%26D%20Association\
             &issueYear=2026&issueMonth=1&expirationYear=2028&expirationMonth=12\
             &certId=5kq2&certUrl=https%3A%2F%2Fbadges.example.jp%2Fbadges%2F5kq2"
        );
        let endless = SharePage { valid_until: None, ..page() }.linkedin_profile(Language::Japanese);
        assert_eq!(
            endless,
            "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME\
             &name=%E8%B3%87%E6%A0%BC%20%E7%94%B2&organizationName=%E5%8D%94%E4%BC%9A\
             &issueYear=2026&issueMonth=1\
             &certId=5kq2&certUrl=https%3A%2F%2Fbadges.example.jp%2Fbadges%2F5kq2"
        );
    }

    #[test]
    fn every_network_gets_the_link_in_its_own_form() {
        let (page, url) = (page(), "https%3A%2F%2Fbadges.example.jp%2Fbadges%2F5kq2");
        assert_eq!(
            page.linkedin_post(),
            format!("https://www.linkedin.com/sharing/share-offsite/?url={url}")
        );
        assert_eq!(page.facebook_post(), format!("https://www.facebook.com/sharer/sharer.php?u={url}"));
        assert_eq!(page.line_message(), format!("https://social-plugins.line.me/lineit/share?url={url}"));
        assert_eq!(
            page.x_post(Language::English),
            format!(
                "https://twitter.com/intent/tweet?text=I%20have%20earned%20the%20Open%20Badge%20%E2%80%9C\
                 Grade%20A%2B%20%22Pro%22%E2%80%9D.&url={url}"
            )
        );
    }

    #[test]
    fn a_signature_is_html_that_no_name_can_break() {
        let page = page();
        assert_eq!(
            page.signature_html(Language::English).unwrap(),
            "<a href=\"https://badges.example.jp/badges/5kq2\">\
             <img src=\"https://badges.example.jp/badges/5kq2.png\" width=\"96\" height=\"96\" \
             alt=\"Grade A+ &#34;Pro&#34; (R&#38;D Association)\"></a>"
        );
        assert_eq!(
            page.signature_text(Language::Japanese),
            "資格 甲（協会）\nhttps://badges.example.jp/badges/5kq2"
        );
        let embedded = page.embed_html(Language::Japanese).unwrap();
        assert!(embedded.ends_with("alt=\"資格 甲（協会）\"><br>資格 甲（協会）</a>"), "{embedded}");
    }
}
