//! The help pages, and the form by which anyone asks the office.

use shomei_core::inquiry::Topic;
use shomei_pages::help::{HelpPage, HelpTopic, HelpView};
use shomei_pages::inquiry::{AboutBadge, InquiryDraft, InquiryFault, InquiryPage, InquirySentPage};

use super::reissue::PRICE;
use super::{SITE, Sample, Words, body, page, professional};

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    let mut pages = vec![
        page("help", true, help(words, HelpView::Index)),
        page("help_all", true, help(words, HelpView::All)),
    ];
    for topic in HelpTopic::ALL {
        let name = format!("help_{}", topic.name());
        pages.push(page(&name, true, help(words, HelpView::Topic(topic))));
    }
    let bank = HelpPage { card: false, ..help(words, HelpView::Topic(HelpTopic::Reissue)) };
    let neither = HelpPage { bank: false, card: false, ..help(words, HelpView::Topic(HelpTopic::Reissue)) };
    pages.push(page("help_reissue_bank", true, bank));
    pages.push(page("help_reissue_not_payable", true, neither));
    for topic in [HelpTopic::Publish, HelpTopic::Verify] {
        let plain = HelpPage { name_match: false, ..help(words, HelpView::Topic(topic)) };
        pages.push(page(&format!("help_{}_no_name_match", topic.name()), true, plain));
    }
    pages.extend(inquiry(words));
    pages
}

pub(crate) fn help(words: &Words, view: HelpView) -> HelpPage {
    let site = (words.url)("");
    HelpPage {
        view,
        issuer: body(words),
        contact: words.contact.clone(),
        sender: words.sender.clone(),
        site: site.strip_prefix(SITE).map_or(site.clone(), |_| SITE.to_owned()),
        price: PRICE,
        bank: true,
        card: true,
        name_match: true,
    }
}

fn inquiry(words: &Words) -> Vec<Sample> {
    let form = |draft, named: Option<(&'static str, &str)>, wrong: &[InquiryFault]| InquiryPage {
        issuer: body(words),
        contact: words.contact.clone(),
        draft,
        form: "1795478400-0102030405064708890a0b0c0d0e0f10".to_owned(),
        about: named.map(|(field, value)| AboutBadge {
            achievement: professional(words),
            named: (field, value.to_owned()),
        }),
        wrong: wrong.to_vec(),
        suggestion: None,
    };
    let text = |ja: &str, en: &str| (words.text)(ja, en).ja;
    let typed = || InquiryDraft {
        topic: Some(Topic::Mail),
        message: text("案内のメールが見当たりません。\n先月合格しました。", "I find no mail."),
        address: text("visitor@example.net", ""),
        homepage: String::new(),
    };
    let known = InquiryDraft { address: words.address.clone(), ..InquiryDraft::default() };
    let bot = InquiryDraft { homepage: text("http://example.net/", ""), ..typed() };
    let long = InquiryDraft { message: text("長い文です。", "").repeat(400), ..typed() };
    let slip = InquiryPage {
        suggestion: Some(text("visitor@gmail.com", "")),
        ..form(typed(), None, &[InquiryFault::AddressDoubtful])
    };
    let empty = [InquiryFault::TopicMissing, InquiryFault::MessageMissing, InquiryFault::AddressWrong];
    let sent = InquirySentPage { issuer: body(words), contact: words.contact.clone() };
    vec![
        page("inquiry", false, form(InquiryDraft::default(), None, &[])),
        page("inquiry_badge", false, form(known, Some(("badge", "5kq2v7d3m9")), &[])),
        page("inquiry_claim", false, form(InquiryDraft::default(), Some(("claim", "Zr8t0uJx")), &[])),
        page("inquiry_empty", false, form(InquiryDraft::default(), None, &empty)),
        page("inquiry_too_long", false, form(long, None, &[InquiryFault::MessageTooLong])),
        page("inquiry_doubtful", false, slip),
        page("inquiry_not_empty", false, form(bot, None, &[InquiryFault::NotEmpty])),
        page("inquiry_too_fresh", false, form(typed(), None, &[InquiryFault::TooFresh])),
        page("inquiry_too_old", false, form(typed(), None, &[InquiryFault::TooOld])),
        page("inquiry_too_many", false, form(typed(), None, &[InquiryFault::TooMany])),
        page("inquiry_sent", false, sent),
    ]
}
