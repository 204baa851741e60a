//! Old and variant kanji, and the form of each that is compared.
//!
//! Law: two characters share a form only where a table or a dictionary calls them one character. What only sounds alike,
//! or is an old character that parents choose for its own sake (悳 and 徳, 邨 and 村, 喆 and 哲), stays apart.
//!
//! Sources:
//! - 常用漢字表 (Cabinet Notification 2 of 2010): the Kangxi form that stands in parentheses, to the one before it. So 齊 is
//!   斉 and 齋 is 斎, but 斉 is not 斎: the table has both, with other meanings. Its notes on 剥 填 頬 叱, of which computers
//!   show a simplified form.
//! - 人名用漢字別表 (Ordinance for Enforcement of the Family Register Act, annexed table 2): in part 1 the characters that it
//!   joins by a dash (尭 and 堯), in part 2 those beside which it puts the 常用漢字 in parentheses. That makes 嶋 a form of 島,
//!   冨 of 富 and 埜 of 野, though families hold on to theirs: where one cannot be printed, the other is.
//! - 表外漢字字体表 (National Language Council, 2000): the simplified form that computers showed from 1983 (鴎), to the printed
//!   one (鷗).
//! - Unicode: shapes that it codes twice and Japan does not tell apart (淸 and 清), and radicals with a code of their own,
//!   which is what copying from a PDF gives (⻑ and 長). What NFKC mends is not repeated here. Of the twelve compatibility
//!   ideographs that NFKC keeps, only 﨑 is a form of another character.
//! - Variants that are frequent in family registers (髙, 邉, 濵, 𠮷), where Unihan or common dictionaries name them.

/// The form of a character that is compared.
pub(super) fn plain(character: char) -> char {
    FORMS
        .binary_search_by_key(&Some(character), |pair| pair.chars().next())
        .ok()
        .and_then(|place| FORMS.get(place)?.chars().nth(1))
        .unwrap_or(character)
}

/// Each entry is a character and its form, ordered by the first. No form is itself an entry.
static FORMS: &[&str] = &[
    "⺠民", "⻄西", "⻑長", "⻘青", "⻝食", "⻤鬼", "⻨麦", "⻩黄", "⻫斉", "⻭歯", "⻯竜", "⻲亀", "乕虎",
    "乘乗", "亂乱", "亙亘", "亝斉", "亞亜", "亰京", "佛仏", "來来", "侠俠", "侭儘", "倂併", "假仮", "傳伝",
    "僞偽", "價価", "儉倹", "兒児", "兔兎", "內内", "兩両", "册冊", "冝宜", "冨富", "冩写", "冰氷", "冲沖",
    "决決", "况況", "凉涼", "减減", "凖準", "凜凛", "刄刃", "剥剝", "剩剰", "剱剣", "劍剣", "劑剤", "劒剣",
    "劔剣", "勞労", "勳勲", "勵励", "勸勧", "區区", "卆卒", "卷巻", "卽即", "參参", "叱𠮟", "吕呂", "吳呉",
    "吴呉", "吿告", "呑吞", "唖啞", "單単", "嘘噓", "噛嚙", "嚴厳", "囑嘱", "囘回", "囬回", "囯国", "圀国",
    "圈圏", "國国", "圍囲", "圓円", "圖図", "團団", "圡土", "埀垂", "埜野", "堯尭", "填塡", "塲場", "增増",
    "墮堕", "壓圧", "壘塁", "壞壊", "壤壌", "壯壮", "壷壺", "壹壱", "壽寿", "夀寿", "夘卯", "夛多", "奧奥",
    "奬奨", "姊姉", "姬姫", "姸妍", "娛娯", "孃嬢", "學学", "宫宮", "寢寝", "實実", "寫写", "寬寛", "寳宝",
    "寶宝", "將将", "專専", "對対", "尓爾", "尙尚", "屆届", "屛屏", "屬属", "峩峨", "峯峰", "峽峡", "嵜崎",
    "嶋島", "嶌島", "嶽岳", "巖巌", "巢巣", "帶帯", "幷并", "廏厩", "廐厩", "廚厨", "廢廃", "廣広", "廰庁",
    "廳庁", "廸迪", "强強", "彈弾", "彌弥", "彥彦", "徃往", "徑径", "從従", "徵徴", "德徳", "恆恒", "恊協",
    "悅悦", "惠恵", "惡悪", "惱悩", "愼慎", "愽博", "慘惨", "應応", "懷懐", "戀恋", "戰戦", "戲戯", "戶戸",
    "戾戻", "拂払", "拔抜", "拜拝", "挾挟", "掴摑", "掻搔", "插挿", "揭掲", "搖揺", "搜捜", "撹攪", "擇択",
    "擊撃", "擔担", "據拠", "擧挙", "擴拡", "攜携", "攝摂", "收収", "效効", "敍叙", "敎教", "敕勅", "敘叙",
    "數数", "斷断", "旣既", "昻昂", "晄晃", "晉晋", "晚晩", "晝昼", "曆暦", "曉暁", "曵曳", "曻昇", "曾曽",
    "會会", "朖朗", "杤栃", "枀松", "枩松", "柗松", "栁柳", "桒桑", "條条", "梼檮", "棧桟", "榮栄", "槇槙",
    "槗橋", "槪概", "樂楽", "樓楼", "樞枢", "樣様", "橫横", "檜桧", "檢検", "櫻桜", "權権", "欝鬱", "歐欧",
    "歡歓", "步歩", "歲歳", "歷歴", "歸帰", "殘残", "殼殻", "毆殴", "每毎", "毗毘", "氣気", "沒没", "涉渉",
    "涛濤", "涜瀆", "淒凄", "淚涙", "淨浄", "淸清", "淺浅", "渊淵", "渕淵", "渴渇", "溌潑", "溪渓", "溫温",
    "溼湿", "滯滞", "滿満", "潅灌", "潛潜", "澀渋", "澁渋", "澤沢", "濕湿", "濟済", "濱浜", "濳潜", "濵浜",
    "瀧滝", "瀨瀬", "灣湾", "焔焰", "煕熙", "熈熙", "燈灯", "燒焼", "營営", "爐炉", "爭争", "爲為", "犧犠",
    "狀状", "狹狭", "獨独", "獵猟", "獸獣", "獻献", "珎珍", "瑤瑶", "璢瑠", "瓣弁", "甁瓶", "甞嘗", "產産",
    "畄留", "畧略", "畫画", "當当", "疊畳", "瘦痩", "癡痴", "發発", "皋皐", "皷鼓", "盃杯", "盜盗", "盡尽",
    "眞真", "砺礪", "硏研", "碎砕", "祕秘", "祿禄", "禀稟", "禪禅", "禮礼", "禰祢", "禱祷", "稅税", "稱称",
    "稻稲", "穉稚", "穗穂", "穩穏", "穰穣", "窗窓", "竃竈", "竊窃", "竒奇", "竝並", "箪簞", "篭籠", "粹粋",
    "絕絶", "絲糸", "經経", "綠緑", "綫線", "緖緒", "緜綿", "緣縁", "縣県", "縱縦", "總総", "繋繫", "繍繡",
    "繩縄", "繪絵", "繼継", "續続", "纎繊", "纒纏", "纖繊", "缺欠", "罐缶", "羣群", "翆翠", "聰聡", "聲声",
    "聽聴", "肅粛", "肈肇", "脫脱", "腦脳", "腳脚", "膽胆", "臟臓", "臺台", "與与", "舊旧", "舍舎", "舘館",
    "舩船", "艷艶", "莊荘", "莖茎", "莱萊", "莵菟", "萠萌", "萬万", "蒋蔣", "蔥葱", "蕋蕊", "薗園", "薮藪",
    "薰薫", "藏蔵", "藝芸", "藥薬", "蘂蕊", "蘆芦", "蘓蘇", "處処", "虛虚", "號号", "蛎蠣", "蝉蟬", "蝋蠟",
    "蝿蠅", "螢蛍", "蟲虫", "蠶蚕", "蠻蛮", "衞衛", "裝装", "襃褒", "覺覚", "覽覧", "觀観", "觸触", "說説",
    "諌諫", "謠謡", "證証", "譯訳", "譽誉", "讀読", "變変", "讓譲", "讚讃", "豎竪", "豐豊", "豫予", "豬猪",
    "貭質", "貳弐", "賎賤", "賣売", "賴頼", "贊賛", "踐践", "躰体", "軆体", "軣轟", "輕軽", "轉転", "辨弁",
    "辭辞", "辯弁", "迩邇", "逹達", "遙遥", "遞逓", "遲遅", "邉辺", "邊辺", "郞郎", "鄉郷", "鄕郷", "鄰隣",
    "醉酔", "醗醱", "醤醬", "醫医", "釀醸", "釋釈", "釡釜", "釼剣", "鈎鉤", "銳鋭", "錄録", "錢銭", "鍊錬",
    "鎭鎮", "鐡鉄", "鐵鉄", "鑄鋳", "鑛鉱", "閒間", "閱閲", "關関", "陷陥", "隨随", "險険", "隱隠", "隸隷",
    "雙双", "雜雑", "雞鶏", "霸覇", "靈霊", "靍鶴", "靏鶴", "靑青", "靜静", "靭靱", "頚頸", "頬頰", "頴穎",
    "顛顚", "顯顕", "飜翻", "飮飲", "餘余", "餠餅", "駈駆", "騨驒", "騷騒", "驅駆", "驗験", "驛駅", "髓髄",
    "體体", "髙高", "髮髪", "鬪闘", "鬭闘", "鯵鰺", "鳫雁", "鴈雁", "鴎鷗", "鴬鶯", "鷄鶏", "鹸鹼", "鹽塩",
    "麥麦", "麵麺", "麹麴", "黃黄", "黑黒", "默黙", "點点", "黨党", "齊斉", "齋斎", "齒歯", "齡齢", "龍竜",
    "龜亀", "龝穐", "﨑崎", "𠀋丈", "𠮷吉", "𡈽土", "𣘺橋",
];

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::is_nfkc;

    #[test]
    fn every_entry_is_a_pair_of_kanji_in_order_and_no_form_has_a_form() {
        assert!(FORMS.is_sorted_by(|one, next| one.chars().next() < next.chars().next()));
        for pair in FORMS {
            let characters: Vec<_> = pair.chars().collect();
            let [variant, form] = characters[..] else { panic!("{pair} is no pair") };
            assert!(super::super::is_han(variant) && super::super::is_han(form), "{pair}");
            assert_ne!(variant, form);
            assert!(is_nfkc(pair), "{pair}: NFKC comes first");
            assert_eq!(plain(variant), form);
            assert_eq!(plain(form), form, "{pair}: its form has a form");
        }
    }
}
