/** What suggestions_client.js offers a page, with its types: kept out of what a shopper loads. */

import type {
  Added,
  AppQuestion,
  Asking,
  Bundle,
  CheckoutLine,
  Declined,
  Line,
  Placement,
  Settled,
  Suggestion,
  SuggestionsDocument,
  Upgraded,
} from "./suggestions";

/** How long to hope for an answer that fits the basket. */
export const PATIENCE_MS: number;

/** Its hash fits no basket, unlike that of an answer without suggestions. */
export const NO_ANSWER: SuggestionsDocument;

/** The fingerprint of a basket: FNV-1a, 64 bits, as the schema says. What is no list is an empty basket. */
export function linesHash(lines: unknown): string;

/** The document in a text or an object, without what is not as the schema says. */
export function documentFrom(given: unknown): SuggestionsDocument;

/** Was it made for this basket? Any will do on a product page, or for an unknown basket. */
export function isFresh(document: SuggestionsDocument, lines?: Line[] | null): boolean;

/** How many of its suggestions to show there, the first ones. A place that nobody knows is a basket. */
export function limitAt(document: SuggestionsDocument, placement: Placement): number;

/** What Saleor holds for a checkout, asked again until it fits the lines. */
export function readFromSaleor(apiUrl: string, checkoutId: string, asking?: Asking): Promise<SuggestionsDocument>;

/** What the app answers, asked at https://tandem.example/storefront/<shop>. */
export function readFromApp(appUrl: string, question: AppQuestion, asking?: Asking): Promise<SuggestionsDocument>;

/** Adds one of a variant, never twice. Tells all lines, or rejects with Saleor's message. */
export function addToCheckout(apiUrl: string, checkoutId: string, variantId: string): Promise<CheckoutLine[]>;

/** Adds what is missing of a set; twice for the same `linesHash` is once. Rejects with `status` 409 when it is gone. */
export function addBundle(appUrl: string, checkoutId: string, bundle: Bundle, linesHash?: string): Promise<Added>;

/** Swaps a line for the better option, all of it or nothing. Rejects with `status` 409 when that cannot be had. */
export function upgradeLine(
  appUrl: string,
  checkoutId: string,
  suggestion: Suggestion,
  linesHash?: string,
): Promise<Upgraded>;

/** "Not this one"; without a suggestion, "no more of them" in this checkout. Heard even when the page is left. */
export function decline(appUrl: string, checkoutId: string, suggestion?: Suggestion | null): Promise<Declined>;

/** Call before pay: brings the prices up to date. When "settled", the total is another. */
export function settle(appUrl: string, checkoutId: string, asking?: Asking): Promise<Settled>;

/** The same, never in the way: null when there is no answer in time. */
export function settleBeforePay(appUrl: string, checkoutId: string, patience?: number): Promise<Settled | null>;

/** The set's name in the nearest language. */
export function bundleName(bundle: Bundle, language?: string): string;

/** A while, ended early by the signal. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void>;

/** What is not JSON is null. */
export function parsed(text: unknown): unknown;
