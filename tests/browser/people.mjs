// Who is on the lists: the sample list, and candidates.csv here, of people with several badges and addresses.
export const association = {
  ja: "日本プロジェクトマネジメント資格協会",
  en: "Japan Project Management Certification Association",
};
export const foundation = { ja: "プロジェクトマネジメント基礎", en: "Project Management Foundation" };
export const professional = { ja: "プロジェクトマネジメント専門", en: "Professional in Project Management" };
export const executive = { ja: "プロジェクトマネジメント統括", en: "Executive in Project Management" };

/** Recipients of the sample list. */
export const suzuki = { address: "mihon.suzuki@example.jp", name: "鈴木 見本", achievement: foundation };
export const takahashi = { address: "reiko.takahashi@example.co.jp", name: "髙橋 例子", achievement: foundation };
export const hasegawa = { address: "karito.hasegawa@example.jp", name: "長谷川 \"仮\" 人", achievement: executive };
export const nakajima = { address: "wareki.nakajima@example.jp", name: "中島 和暦", achievement: professional };
export const sato = { address: "kaku.sato@example.jp", name: "佐藤 架空", achievement: foundation };

/** Those of candidates.csv. The first address got two badges, the others one each. */
export const hanako = several("hanako.mihon", "見本 花子", "PM-9001");
export const reita = several("reita.kinyu", "記入 例太", "PM-9002");
export const taro = several("taro.moji", "文字 太郎", "PM-9003");

function several(local, name, number) {
  return { name, number, addresses: ["jp", "com", "org"].map((end) => `${local}@example.${end}`) };
}

/** Where the office of this installation reads its mail. */
export const office = "badge@example.jp";

const everyone = [suzuki, takahashi, hasegawa, nakajima, sato, hanako, reita, taro];

/** What must stand in no address of a page and in no referrer. */
export const secrets = everyone.flatMap(({ address, addresses, name }) => [
  ...(addresses ?? [address]),
  name,
  name.replaceAll(" ", ""),
  ...name.split(" ").filter((part) => part.length > 1),
]);
