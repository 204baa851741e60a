//! Who keeps a recipient's mails, and how to let ours through there.

use crate::Language;

/// Who keeps a recipient's mails, told from the domain of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailHost {
    /// NTT docomo.
    Docomo,
    /// au and UQ mobile.
    Au,
    /// `SoftBank` and Y!mobile.
    SoftBank,
    /// Gmail.
    Gmail,
    /// Yahoo! Mail Japan.
    Yahoo,
    /// Outlook.com and its older names.
    Outlook,
    /// iCloud Mail.
    ICloud,
    /// Every other domain: an employer, a school, a provider.
    Company,
}

impl MailHost {
    /// Every host, the most particular first.
    pub(crate) const ALL: [Self; 8] = [
        Self::Docomo,
        Self::Au,
        Self::SoftBank,
        Self::Gmail,
        Self::Yahoo,
        Self::Outlook,
        Self::ICloud,
        Self::Company,
    ];

    /// The host of an address. Case does not matter.
    pub fn of(address: &str) -> Self {
        let domain = address.rsplit('@').next().unwrap_or_default().trim().to_ascii_lowercase();
        match domain.as_str() {
            "docomo.ne.jp" => Self::Docomo,
            "ezweb.ne.jp" | "au.com" | "uqmobile.jp" => Self::Au,
            "softbank.ne.jp" | "i.softbank.jp" | "ymobile.ne.jp" | "ymobile1.ne.jp" => Self::SoftBank,
            "gmail.com" | "googlemail.com" => Self::Gmail,
            "yahoo.co.jp" => Self::Yahoo,
            "live.jp" | "live.com" | "msn.com" => Self::Outlook,
            "icloud.com" | "me.com" | "mac.com" => Self::ICloud,
            _ if domain.ends_with(".vodafone.ne.jp") => Self::SoftBank,
            _ if domain.starts_with("outlook.") || domain.starts_with("hotmail.") => Self::Outlook,
            _ => Self::Company,
        }
    }

    /// The steps that let our mails through. Each is one item of a list.
    pub(crate) fn steps(self, language: Language) -> &'static [&'static str] {
        match language {
            Language::Japanese => self.steps_ja(),
            Language::English => self.steps_en(),
        }
    }

    fn steps_ja(self) -> &'static [&'static str] {
        match self {
            Self::Docomo => &[
                "ドコモメールをお使いの方：ドコモメールの設定画面で「迷惑メール対策の設定」から「受信リスト設定」を開き、「設定を利用する」を選んで、差出人のアドレスを登録してください。",
            ],
            Self::Au => &[
                "auメール、UQ mobileメールをお使いの方：メールアプリの設定から「迷惑メールフィルター」を開き、「受信リスト」に差出人のアドレスを登録して、「必ず受信」にチェックを入れてください。",
            ],
            Self::SoftBank => &[
                "ソフトバンク、ワイモバイルのメールをお使いの方：My SoftBankまたはMy Y!mobileのメール設定で「迷惑メール対策」を開き、「受信許可リスト」に差出人のアドレスを登録してください。",
            ],
            Self::Gmail => &[
                "Gmailをお使いの方：「迷惑メール」に入っていたときは、メールを開いて「迷惑メールではない」を押してください。",
                "パソコンのGmailでは、検索欄のオプションで「From」に差出人のアドレスを入れ、「フィルタを作成」から「迷惑メールにしない」を選ぶと、確実に届きます。",
            ],
            Self::Yahoo => &[
                "Yahoo!メールをお使いの方：「迷惑メール」フォルダーに入っていたときは、メールを選んで「迷惑メールではない」を押してください。",
                "差出人のアドレスを連絡先に登録していただくと、より確実です。",
            ],
            Self::Outlook => &[
                "Outlook.com、Hotmailをお使いの方：「迷惑メール」フォルダーに入っていたときは、メールを開いて「迷惑メールではない」を押してください。",
                "設定の「メール」から「迷惑メール」を開き、「差出人セーフ リスト」に差出人のアドレスを追加すると、確実に届きます。",
            ],
            Self::ICloud => &[
                "iCloudメールをお使いの方：「迷惑メール」フォルダーに入っていたときは、メールを開いて「迷惑メールではない」を選び、受信ボックスに移してください。",
                "差出人のアドレスを「連絡先」に登録していただくと、より確実です。",
            ],
            Self::Company => &[
                "迷惑メールフォルダーに入っていたときは、「迷惑メールではない」に設定してください。",
                "勤務先や学校のアドレスをお使いの方：届かないときは、差出人のアドレスからのメールを許可するよう、システム管理者にご依頼ください。",
            ],
        }
    }

    fn steps_en(self) -> &'static [&'static str] {
        match self {
            Self::Docomo => &[
                "Docomo Mail: in the mail settings open the spam settings (迷惑メール対策の設定), then the receive list (受信リスト設定), switch it on and register our sender address.",
            ],
            Self::Au => &[
                "au and UQ mobile mail: in the settings of the mail app open the spam filter (迷惑メールフィルター), register our sender address on the receive list (受信リスト) and tick “always receive” (必ず受信).",
            ],
            Self::SoftBank => &[
                "SoftBank and Y!mobile mail: in the mail settings of My SoftBank or My Y!mobile open the spam settings (迷惑メール対策) and register our sender address on the list of allowed senders (受信許可リスト).",
            ],
            Self::Gmail => &[
                "Gmail: if you find this mail in Spam, open it and press “Not spam”.",
                "In Gmail on a computer, open the options of the search box, enter our sender address as “From”, choose “Create filter” and tick “Never send it to Spam”.",
            ],
            Self::Yahoo => &[
                "Yahoo! Mail: if you find this mail in the spam folder (迷惑メール), select it and press “not spam” (迷惑メールではない).",
                "It also helps to add our sender address to your contacts.",
            ],
            Self::Outlook => &[
                "Outlook.com and Hotmail: if you find this mail in Junk Email, open it and choose “Not junk”.",
                "In the settings open “Mail”, then “Junk email”, and add our sender address to the safe senders.",
            ],
            Self::ICloud => &[
                "iCloud Mail: if you find this mail in Junk, open it and choose “Not Junk” or move it to the inbox.",
                "It also helps to add our sender address to your contacts.",
            ],
            Self::Company => &[
                "If you find this mail in your junk folder, please mark it as “not junk”.",
                "At work or at school: if our mail does not arrive, ask your administrator to allow our sender address.",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_tells_the_host() {
        let cases = [
            ("a@docomo.ne.jp", MailHost::Docomo),
            ("a..b.@ezweb.ne.jp", MailHost::Au),
            ("a@au.com", MailHost::Au),
            ("a@uqmobile.jp", MailHost::Au),
            ("a@softbank.ne.jp", MailHost::SoftBank),
            ("a@i.softbank.jp", MailHost::SoftBank),
            ("a@t.vodafone.ne.jp", MailHost::SoftBank),
            ("a@ymobile.ne.jp", MailHost::SoftBank),
            ("a@ymobile1.ne.jp", MailHost::SoftBank),
            ("A@GMAIL.COM", MailHost::Gmail),
            ("a@googlemail.com", MailHost::Gmail),
            ("a@yahoo.co.jp", MailHost::Yahoo),
            ("a@outlook.jp", MailHost::Outlook),
            ("a@outlook.com", MailHost::Outlook),
            ("a@hotmail.co.jp", MailHost::Outlook),
            ("a@live.jp", MailHost::Outlook),
            ("a@msn.com", MailHost::Outlook),
            ("a@icloud.com", MailHost::ICloud),
            ("a@me.com", MailHost::ICloud),
            ("\"a@gmail.com\"@pmcert.example.jp", MailHost::Company),
            ("a@gmail.com.example.jp", MailHost::Company),
            ("a@vodafone.ne.jp.example", MailHost::Company),
            ("a@notdocomo.ne.jp", MailHost::Company),
            ("", MailHost::Company),
        ];
        for (address, host) in cases {
            assert_eq!(MailHost::of(address), host, "{address}");
        }
    }
}
