/** The demo shop's own GraphQL calls, as any storefront makes them: without a token. */

const PRODUCT = `
  id name
  category { id name }
  thumbnail(size: 512, format: WEBP) { url alt }
  attributes { attribute { slug } values { name } }
  isAvailableForPurchase
  variants { id name quantityAvailable pricing { price { currency gross { amount } net { amount } } } }
`;

const CHECKOUT = `
  id
  displayGrossPrices
  totalPrice { currency gross { amount } net { amount } }
  lines {
    id quantity isGift
    totalPrice { currency gross { amount } net { amount } }
    variant { id name product { id name thumbnail(size: 128, format: WEBP) { url } } }
  }
`;

const QUERIES = {
  products: `query Products($channel: String!, $after: String) {
    products(first: 100, after: $after, channel: $channel) { edges { node { ${PRODUCT} } } }
  }`,
  checkout: `query Basket($id: ID!) { checkout(id: $id) { ${CHECKOUT} } }`,
  create: `mutation Create($channel: String!, $lines: [CheckoutLineInput!]!, $address: AddressInput!) {
    answer: checkoutCreate(input: { channel: $channel, lines: $lines, shippingAddress: $address }) { checkout { ${CHECKOUT} } errors { message } }
  }`,
  add: `mutation Add($id: ID!, $lines: [CheckoutLineInput!]!) {
    answer: checkoutLinesAdd(id: $id, lines: $lines) { checkout { ${CHECKOUT} } errors { message } }
  }`,
  update: `mutation Update($id: ID!, $lines: [CheckoutLineUpdateInput!]!) {
    answer: checkoutLinesUpdate(id: $id, lines: $lines) { checkout { ${CHECKOUT} } errors { message } }
  }`,
  deliveries: `query Deliveries($id: ID!) { checkout(id: $id) { shippingMethods { id price { amount } } } }`,
  order: `mutation Order($id: ID!, $email: String!, $address: AddressInput!, $method: ID) {
    checkoutDeliveryMethodUpdate(id: $id, deliveryMethodId: $method) { errors { message } }
    checkoutEmailUpdate(id: $id, email: $email) { errors { message } }
    checkoutBillingAddressUpdate(id: $id, billingAddress: $address) { errors { message } }
    answer: checkoutComplete(id: $id) { order { id number } errors { message } }
  }`,
};

/** Ask, and get the data; what Saleor refuses is an Error with its words. */
export async function ask(api, name, variables) {
  const response = await fetch(api, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: QUERIES[name], variables }),
  });
  const { data, errors } = await response.json();
  const trouble = errors?.[0] ?? data?.answer?.errors?.[0];
  if (trouble) throw new Error(trouble.message);
  return data;
}
