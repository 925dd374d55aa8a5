const rules = new Intl.PluralRules(document.documentElement.lang || "en");
const PLACES = { one: 0, few: 1 };

/**
 * Says how many, in the page's language.
 * @param {string} forms the sentence for 1, for 2 and for 5, parted by `|`
 * @param {number} count
 */
export function counted(forms, count) {
  const form = forms.split("|")[PLACES[rules.select(count)] ?? 2];
  return form.replace(/\d+/, String(count));
}
