"""Opens SQLite files as we want them, and brings a shop's file to the newest schema."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database, Migrations

from plugin.errors import TryAgain

BUSY_MS = 4_000
"""How long a writer waits for another one. Saleor waits 18 s for an answer, a shopper's page less."""

PRAGMAS = (
    "journal_mode = wal",
    "synchronous = normal",
    "temp_store = memory",
    "wal_autocheckpoint = 4000",  # 16 MB: four times rarer than usual somebody waits for the disk
    "cache_size = -8000",  # 8 MB: what is asked for with every basket, and the upper pages of the rest
)

FIRST_TOUCH_SECONDS = 0.02
"""Between two tries while another process makes the same new file: SQLite says "locked" then without waiting."""

up_to_date: set[Path] = set()
"""Files whose migrations this process has applied: looked at once, not at every request."""

turns: dict[str, threading.Lock] = {}
"""Per file, whose turn it is to write in this process. SQLite alone lets the next writer sleep and look again, ever longer."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read of a snapshot already: facts by name, of categories themselves and those above them, and what there is any of."""

    facts: dict[str, str | None] = field(default_factory=dict)
    above: dict[str, tuple[str, ...]] = field(default_factory=dict)
    any: dict[str, bool] = field(default_factory=dict)


class Connection(sqlite3.Connection):
    """A connection that knows where the writers of its file queue."""

    turn: threading.Lock
    seen: Seen | None = None
    """Only while it reads one snapshot."""


migrations = Migrations("tandem_shop")


@migrations()
def create_catalogue(db: Database) -> None:
    db.executescript("""
        create table facts (name text primary key, value text not null) without rowid;
        create table products (
            number integer primary key, id text not null unique, name text not null default '', slug text not null default '',
            category text, product_type text, collections text not null default '[]', attributes text not null default '[]',
            thumbnail text, alt text not null default '', deleted integer not null default 0, refreshed_at text
        );
        create index products_category on products (category);
        create table variants (
            number integer primary key, id text not null unique, product integer not null, name text not null default '',
            attributes text not null default '[]', deleted integer not null default 0
        );
        create index variants_product on variants (product);
        create table categories (id text primary key, name text not null) without rowid;
        create table channels (
            number integer primary key, id text not null unique, slug text not null default '', name text not null default '',
            currency text not null default '', active integer not null default 1, gross integer not null default 1
        );
        create table listings (
            channel integer not null, variant integer not null, amount text, currency text, cost text,
            available integer not null default 0, quantity integer, published integer not null default 0,
            available_for_purchase integer not null default 0, primary key (channel, variant)
        ) without rowid;
    """)


@migrations()
def create_affinities(db: Database) -> None:
    db.executescript("""
        create table orders (
            number integer primary key, id text not null unique, channel integer not null, buyer blob, checkout text,
            ordered_at text not null, issued_at text not null, snapshot text not null,
            learned text not null default '[]', learned_channel integer, learned_buyer blob, weight integer not null default 0
        );
        create index orders_buyer on orders (learned_buyer) where learned <> '[]';
        create index orders_checkout on orders (checkout) where checkout is not null;
        create table totals (scope integer primary key, orders integer not null, weight integer not null);
        create table bought (
            scope integer not null, product integer not null, orders integer not null, buyers integer not null,
            weight integer not null, category text, primary key (product, scope)
        ) without rowid;
        create index bought_in_category on bought (scope, category, weight desc, product);
        create table pairs (
            scope integer not null, beside integer not null, product integer not null, orders integer not null,
            buyers integer not null, weight integer not null, primary key (beside, product, scope)
        ) without rowid;
        create index pairs_strongest on pairs (beside, scope, weight desc, product, orders, buyers);
    """)


@migrations()
def create_work(db: Database) -> None:
    db.executescript("""
        create table jobs (
            key text primary key, name text not null, payload text not null, due_at real not null, written integer not null,
            attempts integer not null default 0, leased_until real not null default 0, last_error text
        ) without rowid;
        create index jobs_due on jobs (due_at);
        create table shown (
            checkout text primary key, lines_hash text not null, document text not null, made_at text not null
        ) without rowid;
        create index shown_made on shown (made_at);
        create table changes (made_at text not null, who text not null, what text not null);
    """)


@migrations()
def index_orders_by_day(db: Database) -> None:
    db.executescript("create index orders_ordered on orders (ordered_at)")


@migrations()
def index_unsettled_orders(db: Database) -> None:
    db.executescript("""
        create index orders_unsettled on orders (number) where json_extract(snapshot, '$.status') = 'UNCONFIRMED'
    """)


@migrations()
def index_pairs_of_two_buyers(db: Database) -> None:
    """What a single buyer bought together is most of all pairs, and is shown only where a merchant insists."""
    db.executescript("""
        drop index pairs_strongest;
        create index pairs_strongest on pairs (beside, scope, weight desc, product, orders, buyers) where buyers >= 2
    """)


@migrations()
def cover_what_buyers_bought(db: Database) -> None:
    """A buyer's other orders are looked through at every order: from the index alone."""
    db.executescript("""
        drop index orders_buyer;
        create index orders_buyer on orders (learned_buyer, learned, learned_channel, weight) where learned <> '[]'
    """)


@migrations()
def name_who_holds_a_job(db: Database) -> None:
    """A worker whose lease ran out must not finish, free or postpone what another one holds by now."""
    db.executescript("alter table jobs add column holder text not null default ''")


@migrations()
def remember_every_offer(db: Database) -> None:
    """Whoever takes a suggestion gets another document, without it: what was offered must outlive the document."""
    db.executescript("""
        create table offered (
            checkout text not null, product text not null, place integer not null, suggestion text not null,
            first_at text not null, primary key (checkout, product)
        ) without rowid;
        create index offered_first on offered (first_at);
        insert or ignore into offered
        select checkout, json_extract(each.value, '$.productId'), each.key, each.value, made_at
        from shown, json_each(shown.document, '$.suggestions') as each
    """)


@migrations()
def keep_prices_as_entered(db: Database) -> None:
    """Bundles reckon with list prices, as merchants type them. What is not known yet is read by a sweep, soon."""
    db.executescript("""
        alter table channels add column entered_with_tax integer not null default 1;
        alter table listings add column gross text;
        alter table listings add column net text;
        alter table listings add column list_gross text;
        alter table listings add column list_net text;
        update jobs set due_at = 0 where name = 'sweep_catalogue'
    """)


@migrations()
def create_bundles(db: Database) -> None:
    db.executescript("""
        create table bundles (
            number integer primary key, version integer not null, state text not null, body text not null
        );
        create table bundle_versions (
            bundle integer not null, version integer not null, body text not null, made_at text not null, who text not null,
            why text not null, primary key (bundle, version)
        ) without rowid;
        create table bundle_members (
            member text not null, bundle integer not null, primary key (member, bundle)
        ) without rowid;
        create table holds (
            checkout text not null, line text not null, variant text not null, quantity integer not null, price integer not null,
            list_price integer not null, bundles text not null, was integer, held_at text not null,
            primary key (checkout, line)
        ) without rowid;
        create index holds_variant on holds (variant);
        create table refused_holds (
            checkout text not null, situation text not null, made_at text not null, primary key (checkout, situation)
        ) without rowid;
        create index holds_held on holds (held_at);
        create table audits (
            order_id text primary key, placed_at text not null, channel text not null, currency text not null,
            given integer not null, leaked integer not null, details text not null
        ) without rowid;
        create index audits_placed on audits (placed_at);
        create table turns (key text primary key, until real not null, holder text not null) without rowid;
        create table promotions_seen (
            channel text not null, variant text not null, list_price integer not null, price integer not null,
            before integer not null, after integer not null, primary key (channel, variant)
        ) without rowid
    """)


@migrations()
def remember_what_we_caused(db: Database) -> None:
    """Proposals must not feed on themselves, and offers are forgotten after a while: what they led to is marked for good."""
    db.executescript("""
        create table induced (
            number integer not null, product integer not null, primary key (number, product)
        ) without rowid;
        insert or ignore into induced
        select orders.number, products.number from offered
        join orders on orders.checkout = offered.checkout
        join products on products.id = offered.product
        where exists (
            select 1 from json_each(orders.snapshot, '$.lines') as line
            where json_extract(line.value, '$[0]') = offered.product
        )
    """)


@migrations()
def keep_attributes(db: Database) -> None:
    """What values are called and how they are meant, and the categories above: upgrades are told by them. A sweep reads them."""
    db.executescript("""
        create table attributes (
            slug text primary key, name text not null, input_type text not null default '', unit text not null default ''
        ) without rowid;
        create table attribute_values (
            attribute text not null, value text not null, name text not null, primary key (attribute, value)
        ) without rowid;
        create table product_types (id text primary key, name text not null) without rowid;
        alter table categories add column parent text;
        create index products_type on products (product_type);
        update jobs set due_at = 0 where name = 'sweep_catalogue'
    """)


@migrations()
def keep_deliveries(db: Database) -> None:
    """How each channel delivers where, for the gap to free delivery. A sweep reads it, and the channels' own countries."""
    db.executescript("""
        alter table channels add column country text not null default '';
        create table deliveries (
            channel text not null, country text not null, methods text not null, primary key (channel, country)
        ) without rowid;
        update jobs set due_at = 0 where name = 'sweep_catalogue'
    """)


@migrations()
def keep_responses(db: Database) -> None:
    """What shoppers answered: a row for everything a checkout was offered, and counts that outlive it."""
    db.executescript("""
        create table responses (
            checkout text not null, kind text not null, product text not null, needs text not null, offered_at text not null,
            seen integer not null default 0, taken_at text, declined_at text, removed_at text,
            primary key (checkout, kind, product)
        ) without rowid;
        create index responses_offered on responses (offered_at);
        create table dismissals (checkout text primary key, dismissed_at text not null) without rowid;
        create table response_totals (
            kind text not null, product text not null, offered real not null, taken real not null, declined real not null,
            day integer not null, primary key (kind, product)
        ) without rowid
    """)


@migrations()
def create_rules(db: Database) -> None:
    """The merchant's rules, and every version of them: `body` is null where a rule was removed."""
    db.executescript("""
        create table rules (number integer primary key, body text not null);
        create table rule_versions (
            version integer not null, rule integer not null, body text, made_at text not null, who text not null,
            primary key (version, rule)
        ) without rowid;
        create index rule_versions_rule on rule_versions (rule, version)
    """)


@migrations()
def count_distinct_buyers(db: Database) -> None:
    """Popular is what many people buy: per product the newest weight of each buyer, who counts once however much they buy."""
    db.executescript("""
        drop index orders_buyer;
        create index orders_buyer on orders (learned_buyer, weight desc, learned, learned_channel) where learned <> '[]';
        create index orders_of_buyer on orders (buyer, ordered_at desc, learned) where buyer is not null;
        create temp table newest (product integer not null, scope integer not null, weight integer not null,
            primary key (product, scope)) without rowid
    """)
    # the first byte of the hash that stands for a buyer: all at once, a large shop would not fit into memory
    for first in range(256):
        until = bytes([first + 1]) if first < 255 else b"\xff" * 32
        db.conn.execute(
            """insert into newest
               select product, scope, sum(heaviest) from (
                   select line.value as product, scopes.value as scope, max(weight) as heaviest
                   from orders indexed by orders_buyer, json_each(learned) as line,
                       json_each(json_array(0, learned_channel)) as scopes
                   where learned <> '[]' and learned_buyer >= ? and learned_buyer < ?
                   group by learned_buyer, line.value, scopes.value
               ) where true group by product, scope
               on conflict do update set weight = weight + excluded.weight""",
            [bytes([first]), until],
        )
    db.executescript("""
        insert into newest
        select line.value, scopes.value, sum(weight)
        from orders indexed by orders_buyer, json_each(learned) as line, json_each(json_array(0, learned_channel)) as scopes
        where learned <> '[]' and learned_buyer is null group by line.value, scopes.value
        on conflict do update set weight = weight + excluded.weight;
        alter table bought add column buyers_weight integer not null default 0;
        update bought set buyers_weight = coalesce(
            (select weight from newest where newest.product = bought.product and newest.scope = bought.scope), 0
        );
        drop table newest;
        drop index bought_in_category;
        create index bought_in_category on bought (scope, category, buyers_weight desc, product, buyers);
        create table leaders (scope integer not null, product integer not null, primary key (scope, product)) without rowid
    """)


@migrations()
def create_habits(db: Database) -> None:
    """What the kept orders say of variants and categories, reckoned anew each day; and what the merchant says instead."""
    db.executescript("""
        create table choices (
            variant text primary key, orders integer not null, kept integer not null, pieces integer not null,
            returned integer not null
        ) without rowid;
        create table natures (
            category text primary key, nature text not null, buyers integer not null, again integer not null,
            same integer not null
        ) without rowid;
        create table relations (
            category text not null, other text not null, kind text not null, together integer not null, expected real not null,
            replaced integer not null, primary key (category, other)
        ) without rowid;
        create table nature_choices (category text primary key, nature text not null) without rowid;
        create table relation_choices (
            category text not null, other text not null, kind text not null, primary key (category, other)
        ) without rowid
    """)


@migrations()
def name_collections(db: Database) -> None:
    """What collections are called: a merchant's rule may be about one. The sweep that attributes wait for reads them, too."""
    db.executescript("create table collections (id text primary key, name text not null) without rowid")


@migrations()
def remember_why_nothing_was_shown(db: Database) -> None:
    """Nothing is an answer: its reason is kept, and whether another order of suggestions was tried."""
    db.executescript("""
        alter table shown add column withheld text;
        alter table shown add column tried integer not null default 0
    """)


@migrations()
def create_upgrades(db: Database) -> None:
    """Directions per product type, what merchants say of them, and per variant and channel the few that may be a step up."""
    db.executescript("""
        create table directions (product_type text primary key, learned_at text not null, body text not null) without rowid;
        create table direction_choices (
            product_type text not null, attribute text not null, body text not null, primary key (product_type, attribute)
        ) without rowid;
        create table steps_up (
            variant integer not null, channel integer not null, found text not null, made_at text not null,
            primary key (variant, channel)
        ) without rowid;
        create table stale_types (product_type text primary key) without rowid;
        create index holds_line on holds (line)
    """)


@migrations()
def create_model(db: Database) -> None:
    """What is fitted to the orders, a row per product; what was touched since; and which orders hold a product, newest found first."""
    db.executescript("""
        create table order_products (
            product integer not null, number integer not null, primary key (product, number)
        ) without rowid;
        insert into order_products
        select line.value, number from orders, json_each(learned) as line where learned <> '[]' order by 1, 2;
        create table touched (
            product integer primary key, depends integer not null default 0, fitting integer not null default 0
        );
        create table fitted (
            product integer primary key, alone real not null, met blob, met_alone blob, ridge blob, close blob, alike blob,
            recent blob, solved blob, says blob -- what no basket reads comes last: SQLite passes by all that stands before
        );
        create table fitted_categories (category text primary key, beside blob not null) without rowid;
        create trigger order_comes after insert on orders when new.learned <> '[]' begin
            insert or ignore into order_products select value, new.number from json_each(new.learned);
            insert into touched (product) select value from json_each(new.learned)
                where exists (select 1 from facts where name in ('model', 'fitting'))
                on conflict (product) do update set depends = 0, fitting = 0;
        end;
        create trigger order_changes after update of learned, weight, snapshot on orders
        when old.learned <> new.learned or old.weight <> new.weight
            or json_extract(old.snapshot, '$.lines') <> json_extract(new.snapshot, '$.lines') begin
            delete from order_products where number = old.number and product in (select value from json_each(old.learned));
            insert or ignore into order_products select value, new.number from json_each(new.learned);
            insert into touched (product)
                select value from (select value from json_each(old.learned) union select value from json_each(new.learned))
                where exists (select 1 from facts where name in ('model', 'fitting'))
                on conflict (product) do update set depends = 0, fitting = 0;
        end
    """)


def open_file(path: Path, schema: Migrations = migrations) -> Database:
    """A connection for one thread at a time; close it after. Creates and migrates the file when needed.

    Raises:
        TryAgain: the file is locked or unreadable.
    """
    until = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            return _opened(path, schema)
        except (sqlite3.Error, OSError) as error:
            if time.monotonic() > until or not str(error).endswith("is locked"):
                raise TryAgain(f"{path.name}: {error}") from error
            time.sleep(FIRST_TOUCH_SECONDS)


def _opened(path: Path, schema: Migrations) -> Database:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    connection = sqlite3.connect(
        path,
        timeout=BUSY_MS / 1000,
        isolation_level=None,
        check_same_thread=False,
        factory=Connection,
        cached_statements=256,
    )
    connection.turn = turns.setdefault(str(path), threading.Lock())
    try:
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")
        db = Database(connection, execute_plugins=False)
        if fresh or path not in up_to_date:
            if schema.pending(db):
                connection.execute("begin immediate")
                schema.apply(db)
                connection.execute("commit")
            up_to_date.add(path)
    except BaseException:
        connection.close()
        raise
    return db


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """One transaction that takes the write lock at once: a later upgrade from reading could fail half-way.

    Nested, it joins the outer transaction. Raises TryAgain when another writer holds the file too long.
    """
    assert getattr(db.conn, "seen", None) is None, "what is written in a reading is lost"  # noqa: S101  # a bug of ours
    if db.conn.in_transaction:
        yield
        return
    with _turn(db):
        yield from _transaction(db)


@contextmanager
def reading(db: Database) -> Iterator[None]:
    """One look at the file for many questions: all see it as it was at the first, and none has to ask again whether it changed.

    What is written in it is lost. Nested, or where somebody writes, it joins the outer transaction.
    """
    if db.conn.in_transaction:
        yield
        return
    assert isinstance(db.conn, Connection)  # noqa: S101  # narrows the type: open_file made it
    db.conn.execute("begin")
    db.conn.seen = Seen()
    try:
        yield
    finally:
        db.conn.seen = None
        _undo(db)


def seen(db: Database) -> Seen:
    """What was read in this reading, to be added to; outside of one nothing, and what is added is forgotten at once."""
    known = db.conn.seen if isinstance(db.conn, Connection) else None
    return Seen() if known is None else known


@contextmanager
def _turn(db: Database) -> Iterator[None]:
    assert isinstance(db.conn, Connection)  # noqa: S101  # narrows the type: open_file made it
    if not db.conn.turn.acquire(timeout=BUSY_MS / 1000):
        raise TryAgain("the shop's file: another writer holds it")
    try:
        yield
    finally:
        db.conn.turn.release()


def _transaction(db: Database) -> Iterator[None]:
    try:
        db.conn.execute("begin immediate")
        yield
        db.conn.execute("commit")
    except sqlite3.OperationalError as error:
        _undo(db)
        raise TryAgain(f"the shop's file: {error}") from error
    except BaseException:
        _undo(db)
        raise


def _undo(db: Database) -> None:
    if db.conn.in_transaction:
        db.conn.execute("rollback")


def size(db: Database) -> int:
    """Bytes of the shop's file."""
    row = db.conn.execute(
        "select page_count * page_size from pragma_page_count(), pragma_page_size()"
    ).fetchone()
    return int(row[0])


def file_version(db: Database) -> int:
    """Another number whenever another connection has changed the file since."""
    return int(db.conn.execute("pragma data_version").fetchone()[0])


@contextmanager
def spacious(db: Database) -> Iterator[None]:
    """With room for what is written all over the file: without it the same pages are written, and read again, over and over.

    Rows of many orders go to random places of the indexes. More of these stay in memory, and more changes wait in the log
    before they are brought into the file: of a page that changes ten times, the last state.
    """
    usual = {name: db.conn.execute(f"pragma {name}").fetchone()[0] for name in SPACIOUS}
    for name, value in SPACIOUS.items():
        db.conn.execute(f"pragma {name} = {value}")
    try:
        yield
    finally:
        for name, value in usual.items():
            db.conn.execute(f"pragma {name} = {value}")
        db.conn.execute("pragma shrink_memory")
    db.conn.execute("pragma wal_checkpoint(truncate)").fetchall()


SPACIOUS = {"cache_size": -(192 << 10), "wal_autocheckpoint": 100_000}
"""192 MB of pages, 400 MB of log."""
