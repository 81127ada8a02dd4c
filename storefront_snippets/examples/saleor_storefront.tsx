"use client";

/**
 * Tandem in Saleor's own Next.js storefront ("Paper"): the server reads, a server action adds, the browser
 * never calls Saleor.
 *
 * 1. Copy suggestions_client.js, suggestions_element.js, define.js and both .d.ts to src/ui/tandem/, and this file
 *    beside them.
 * 2. In src/graphql/CheckoutFind.graphql ask for `metafield(key: "tandem")` on the checkout and `isGift` on its
 *    lines; generate the types again.
 * 3. In src/app/actions.ts add
 *
 *      export async function addSuggestion(checkoutId: string, channel: string, variantId: string) {
 *        const result = await executeAuthenticatedGraphQL(CheckoutAddLineDocument, {
 *          variables: { id: checkoutId, productVariantId: variantId },
 *          cache: "no-cache",
 *        });
 *        const errors = result.ok ? (result.data.checkoutLinesAdd?.errors ?? []) : [{ message: "no answer" }];
 *        if (errors.length) throw new Error(errors[0].message ?? "not added");
 *        revalidateCart(channel);
 *      }
 *
 *    and, for sets, upgrades and what shoppers decline (TANDEM_URL is https://tandem.example/storefront/<shop>),
 *
 *      export async function completeSet(checkoutId: string, channel: string, bundle: Bundle) {
 *        await addBundle(process.env.TANDEM_URL!, checkoutId, bundle);
 *        revalidateCart(channel);
 *      }
 *
 *      export async function swapLine(checkoutId: string, channel: string, suggestion: Suggestion) {
 *        await upgradeLine(process.env.TANDEM_URL!, checkoutId, suggestion);
 *        revalidateCart(channel);
 *      }
 *
 *      export async function declineSuggestion(checkoutId: string, suggestion: Suggestion | null) {
 *        await decline(process.env.TANDEM_URL!, checkoutId, suggestion);
 *      }
 *
 *    Where the payment begins, before `checkoutComplete` or a transaction: read the checkout again when this says "settled".
 *
 *      const settled = await settleBeforePay(process.env.TANDEM_URL!, checkoutId);
 *
 * 4. On the cart page, after the list of lines:
 *
 *      <TandemSuggestions
 *        checkout={checkoutId}
 *        metafield={checkout.metafield ?? null}
 *        lines={checkout.lines.map(({ variant, quantity, isGift }) => ({ variantId: variant.id, quantity, isGift }))}
 *        add={addSuggestion.bind(null, checkoutId, params.channel)}
 *        complete={completeSet.bind(null, checkoutId, params.channel)}
 *        upgrade={swapLine.bind(null, checkoutId, params.channel)}
 *        decline={declineSuggestion.bind(null, checkoutId)}
 *      />
 *
 * Show it in the basket, and with placement="checkout" on contact and on shipping; not beside the payment, where a changed
 * total disturbs.
 */

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import type { DetailedHTMLProps, HTMLAttributes } from "react";

import type { AddEvent, Bundle, DeclinedEvent, Line, Placement, Suggestion } from "./suggestions";
import { documentFrom, isFresh } from "./suggestions_client";

/** Tandem answers about half a second after the basket has changed. */
const LOOK_AGAIN_MS = [500, 1000, 2000];

type Props = {
  /** What the shopper declines is remembered for it. */
  checkout: string;
  metafield: string | null;
  lines: Line[];
  add: (variantId: string) => Promise<void>;
  /** Without it, sets are not shown. */
  complete?: (bundle: Bundle) => Promise<void>;
  /** Without it, upgrades are not shown. */
  upgrade?: (suggestion: Suggestion) => Promise<void>;
  /** Tells Tandem; null is "no more of them". */
  decline?: (suggestion: Suggestion | null) => Promise<void>;
  placement?: Placement;
  heading?: string;
};

export function TandemSuggestions(props: Props) {
  const { checkout, metafield, lines, add, complete, upgrade, decline, placement = "basket", heading } = props;
  const element = useRef<HTMLElement>(null);
  const router = useRouter();
  const basket = JSON.stringify(lines);
  const fresh = isFresh(documentFrom(metafield), lines);

  useEffect(() => void import("./define"), []);

  useEffect(() => {
    const current = element.current;
    const take = (event: Event) => {
      const { detail } = event as AddEvent;
      const { bundle, upgrade: better } = detail.suggestion;
      event.preventDefault();
      if (bundle) detail.waitUntil(complete ? complete(bundle) : Promise.reject());
      else if (better) detail.waitUntil(upgrade ? upgrade(detail.suggestion) : Promise.reject());
      else detail.waitUntil(add(detail.variantId));
    };
    current?.addEventListener("tandem:add", take);
    return () => current?.removeEventListener("tandem:add", take);
  }, [add, complete, upgrade]);

  useEffect(() => {
    const current = element.current;
    const one = (event: Event) => void decline?.((event as DeclinedEvent).detail.suggestion).catch(() => {});
    const all = () => void decline?.(null).catch(() => {});
    current?.addEventListener("tandem:declined", one);
    current?.addEventListener("tandem:dismissed", all);
    return () => {
      current?.removeEventListener("tandem:declined", one);
      current?.removeEventListener("tandem:dismissed", all);
    };
  }, [decline]);

  useEffect(() => {
    if (fresh) return;
    const looks = LOOK_AGAIN_MS.map((delay) => setTimeout(() => router.refresh(), delay));
    return () => looks.forEach(clearTimeout);
  }, [basket, fresh, router]);

  const handled = { ...(complete && { bundles: "" }), ...(upgrade && { upgrades: "" }) };
  const told = { checkout, placement, heading, document: metafield ?? "", lines: basket };
  return <tandem-suggestions ref={element} {...told} {...handled} />;
}

type TandemAttributes = HTMLAttributes<HTMLElement> & {
  document?: string;
  lines?: string;
  heading?: string;
  bundles?: string;
  upgrades?: string;
  checkout?: string;
  placement?: Placement;
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "tandem-suggestions": DetailedHTMLProps<TandemAttributes, HTMLElement>;
    }
  }
}
