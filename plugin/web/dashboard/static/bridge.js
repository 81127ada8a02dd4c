/** Talks with the Saleor Dashboard around this frame. No DOM, no dependency; messages as Saleor's App Bridge defines them. */

const ANSWER_WITHIN_MS = 5000;
/** Older Dashboards never answer actions they do not know. */

const ORIGIN_KEY = "tandem:dashboard-origin";

/**
 * @typedef {object} Bridge
 * @property {string | null} token newest token of the staff member; lives five minutes, renewed by the Dashboard
 * @property {string} locale
 * @property {string} saleorVersion
 * @property {boolean} outside true when no page frames this one
 * @property {Promise<void>} ready settled by the first handshake
 * @property {(type: string, payload?: object) => Promise<boolean>} dispatch true when the Dashboard did it; never rejects
 * @property {() => Promise<boolean>} renew ask for a fresh handshake; true when another token came
 */

/**
 * Listen, and say that we are ready. Handshakes may come twice or more: the newest counts.
 *
 * @param {Window} frame
 * @param {{onTheme?: (theme: string) => void, onLocale?: (locale: string) => void}} listeners
 * @returns {Bridge}
 */
export function connect(frame, { onTheme = () => {}, onLocale = () => {} } = {}) {
  const origin = dashboardOrigin(frame);
  /** @type {Map<string, (done: boolean) => void>} */
  const waiting = new Map();
  let shakeHands = () => {};
  const bridge = {
    token: null,
    locale: "en",
    saleorVersion: "",
    outside: frame.parent === frame,
    ready: new Promise((resolve) => {
      shakeHands = resolve;
    }),
    dispatch,
    renew,
  };

  const hear = {
    handshake({ token, saleorVersion = "" }) {
      if (!token) return;
      bridge.token = token;
      bridge.saleorVersion = saleorVersion;
      shakeHands();
    },
    tokenRefresh({ token }) {
      if (token) bridge.token = token;
    },
    theme({ theme }) {
      onTheme(theme);
    },
    localeChanged({ locale }) {
      bridge.locale = locale;
      onLocale(locale);
    },
    response({ actionId, ok }) {
      waiting.get(actionId)?.(ok === true);
    },
  };

  function dispatch(type, payload = {}) {
    if (bridge.outside) return Promise.resolve(false);
    const actionId = newId(frame);
    return new Promise((resolve) => {
      const answered = (done) => {
        clearTimeout(patience);
        waiting.delete(actionId);
        resolve(done);
      };
      const patience = setTimeout(answered, ANSWER_WITHIN_MS, false);
      waiting.set(actionId, answered);
      frame.parent.postMessage({ type, payload: { ...payload, actionId } }, origin ?? "*");
    });
  }

  async function renew() {
    const before = bridge.token;
    await dispatch("notifyReady");
    return bridge.token !== before;
  }

  frame.addEventListener("message", (event) => {
    const fromDashboard = event.source === frame.parent && (origin === null || event.origin === origin);
    const { type, payload } = event.data ?? {};
    if (!bridge.outside && fromDashboard && Object.hasOwn(hear, type)) hear[type](payload ?? {});
  });
  dispatch("notifyReady");
  return bridge;
}

/** Where the Dashboard lives, or null when the browser does not tell. Remembered, for a reload may hide it. */
function dashboardOrigin(frame) {
  const told = frame.location.ancestorOrigins?.[0] ?? originOf(frame.document.referrer);
  if (told && told !== "null" && (told !== frame.location.origin || frame.location.ancestorOrigins)) {
    keep(frame, told);
    return told;
  }
  return kept(frame);
}

function originOf(url) {
  return URL.canParse(url) ? new URL(url).origin : null;
}

function keep(frame, origin) {
  try {
    frame.sessionStorage.setItem(ORIGIN_KEY, origin);
  } catch {
    // Browsers may forbid storage to framed pages; the bridge works without.
  }
}

function kept(frame) {
  try {
    return frame.sessionStorage.getItem(ORIGIN_KEY);
  } catch {
    return null;
  }
}

/** crypto.randomUUID is missing on plain http; random bytes are not. */
function newId(frame) {
  return Array.from(frame.crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
