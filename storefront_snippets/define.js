/** Registers `<tandem-suggestions>`. The only module here with a side effect: import it once, in the browser. */
import { TandemSuggestionsElement } from "./suggestions_element.js";

if (globalThis.customElements && !customElements.get("tandem-suggestions")) {
  customElements.define("tandem-suggestions", TandemSuggestionsElement);
}

export { TandemSuggestionsElement };
