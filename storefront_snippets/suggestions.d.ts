/** The shapes of the public edge, for editors and TypeScript. Nothing here reaches the browser. */

/** A line of a basket: ours, or Saleor's own with its `variant { id }`. */
export type Line = {
  variantId?: string;
  variant?: { id: string } | null;
  quantity: number;
  isGift?: boolean | null;
};

/** A line of a checkout, as Saleor answered after adding. */
export type CheckoutLine = { id: string; variantId: string; quantity: number; isGift: boolean };

/** `amount` is a decimal as text, such as "12.00": never a float. */
export type Price = { amount: string; currency: string };

export type Parameters = Record<string, string | number>;

/** Why it is suggested: `key` with `parameters` to say it in any language, `text` to say it in English. */
export type Reason = { key: string; parameters: Parameters; text: string };

export type Suggestion = {
  kind: string;
  rung: string;
  productId: string;
  variantId: string;
  name: string;
  variantName: string | null;
  price: Price;
  thumbnail: { url: string; alt: string } | null;
  reason: Reason;
};

/** Version 1 of the document; suggestions.schema.json tells it all. */
export type SuggestionsDocument = {
  version: 1;
  madeAt: string;
  placement: string;
  linesHash: string;
  suggestions: Suggestion[];
};

/** `lines`: the basket that the answer must have been made for. */
export type Asking = { lines?: Line[] | null; signal?: AbortSignal };

/** What the app can be asked: about a checkout, or about the variants on a product page. */
export type AppQuestion = { checkout: string } | { variants: string; channel: string; placement?: string };

/** Reasons in the shopper's language, by key: text with {parameter} in it, or a function of the parameters. */
export type Reasons = Record<string, string | ((parameters: Parameters) => string)>;

/** The element's own words. `announcement` and `failure` may have {name} in them. */
export type Texts = { heading: string; add: string; added: string; announcement: string; failure: string };

export type ShownEvent = CustomEvent<{ suggestions: Suggestion[] }>;

/** `preventDefault()`, or `waitUntil(work)`, says that the page adds it; after `work` the element says "added". */
export type AddEvent = CustomEvent<{
  variantId: string;
  productId: string;
  kind: string;
  suggestion: Suggestion;
  waitUntil: (work: Promise<unknown>) => void;
}>;

/** `lines` is null when the page has added it. */
export type AddedEvent = CustomEvent<{
  variantId: string;
  productId: string;
  kind: string;
  suggestion: Suggestion;
  lines: CheckoutLine[] | null;
}>;

export type ErrorEvent = CustomEvent<{ during: "read" | "add"; error: unknown; variantId?: string }>;
