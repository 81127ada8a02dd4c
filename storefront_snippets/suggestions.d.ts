/** The shapes of the public edge, for editors and TypeScript. Nothing here reaches the browser. */

/** A line of a basket: ours, or Saleor's own with its `variant { id }`. */
export type Line = {
  variantId?: string;
  variant?: { id: string } | null;
  quantity: number;
  isGift?: boolean | null;
};

/** `amount` is a decimal as text, such as "12.00": never a float. */
export type Price = { amount: string; currency: string };

/** A line of a checkout: `isGift` as Saleor answers, `totalPrice` as Tandem does after completing a set or settling. */
export type CheckoutLine = { id: string; variantId: string; quantity: number; isGift?: boolean; totalPrice?: Price };

export type Parameters = Record<string, string | number>;

/** Why it is suggested: `key` with `parameters` to say it in any language, `text` to say it in English. */
export type Reason = { key: string; parameters: Parameters; text: string };

export type Thumbnail = { url: string; alt: string };

/** One product of a set. `missing`: how many of `quantity` the basket lacks. `price`: of one, now. */
export type Member = {
  productId: string;
  variantId: string;
  name: string;
  variantName: string | null;
  quantity: number;
  missing: number;
  price: Price;
  thumbnail: Thumbnail | null;
};

/** A set. `price` is what all of it costs together, `separately` one by one; without a `saving` only the latter is true. */
export type Bundle = {
  id: string;
  names: Record<string, string>;
  members: Member[];
  price: Price;
  separately: Price;
  saving: Price | null;
};

/** A fact in which the better option differs. Not `better`: it is worse in it, and that is said. */
export type Fact = { attribute: string; name: string; from: string; to: string; better: boolean };

/** A better option of a line. `difference`: what one piece costs more, `total`: what all of the line does. */
export type Upgrade = {
  replaces: {
    variantId: string;
    productId: string;
    name: string;
    variantName: string | null;
    quantity: number;
    price: Price;
  };
  facts: Fact[];
  difference: Price;
  total: Price;
};

/** What is missing to free delivery, from which subtotal it is free, what delivery costs now, and by how much the product overshoots. */
export type Delivery = { gap: Price; from: Price; saves: Price | null; over: Price };

/** `bundle`, `upgrade` and `delivery` are there when `kind` is "bundle", "upgrade" or "free_delivery". */
export type Suggestion = {
  kind: string;
  rung: string;
  productId: string;
  variantId: string;
  name: string;
  variantName: string | null;
  price: Price;
  thumbnail: Thumbnail | null;
  reason: Reason;
  bundle?: Bundle;
  upgrade?: Upgrade;
  delivery?: Delivery;
};

/** Where on the way to the order it is shown. */
export type Placement = "product" | "basket" | "checkout" | "payment";

/** Version 1 of the document; suggestions.schema.json tells it all. */
export type SuggestionsDocument = {
  version: 1;
  madeAt: string;
  placement: string;
  linesHash: string;
  limits?: Partial<Record<Placement, number>>;
  suggestions: Suggestion[];
};

/** `lines`: the basket that the answer must have been made for. */
export type Asking = { lines?: Line[] | null; signal?: AbortSignal };

/** What the app answers when a set was completed. `price` and `saving` are null where the set has no discount. */
export type Added = {
  status: "added" | "already_complete";
  checkout: string;
  bundle: string;
  price: Price | null;
  saving: Price | null;
  lines: CheckoutLine[];
};

/** What the app answers when a line was swapped for the better option. */
export type Upgraded = { status: "upgraded" | "already_upgraded"; checkout: string; lines: CheckoutLine[] };

/** What the app answers when a suggestion, or all of them, were declined. */
export type Declined = { status: "declined" | "dismissed" };

/** What the app answers when the prices of a checkout are as they should be. */
export type Settled = { status: "settled" | "unchanged"; checkout: string; lines: CheckoutLine[] };

/** What the app can be asked: about a checkout, or about the variants on a product page. */
export type AppQuestion = { checkout: string; placement?: Placement } | { variants: string; channel: string; placement?: string };

/** Reasons in the shopper's language, by key: text with {parameter} in it, or a function of the parameters. */
export type Reasons = Record<string, string | ((parameters: Parameters) => string)>;

/** The element's own words. Sentences may have {name} in them, `partly` {count} and {quantity}, `instead` {old}, those about money {price}. */
export type Texts = {
  heading: string;
  popular: string;
  add: string;
  added: string;
  announcement: string;
  failure: string;
  complete: string;
  completed: string;
  gone: string;
  owned: string;
  partly: string;
  here: string;
  separately: string;
  saving: string;
  option: string;
  instead: string;
  better: string;
  worse: string;
  more: string;
  upgrade: string;
  upgraded: string;
  replaced: string;
  gap: string;
  from: string;
  costs: string;
  decline: string;
  declined: string;
  dismiss: string;
};

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

export type DeclinedEvent = CustomEvent<{ variantId: string; productId: string; kind: string; suggestion: Suggestion }>;

/** What was shown when the shopper wanted no more. */
export type DismissedEvent = CustomEvent<{ suggestions: Suggestion[] }>;

export type ErrorEvent = CustomEvent<{ during: "read" | "add" | "decline"; error: unknown; variantId?: string }>;
