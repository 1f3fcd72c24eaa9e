-- Balances as of any date, as known at any time. What the tables hold is read anew from the event store, from its start.

DROP TABLE balance_history, transactions, accounts;
UPDATE projection_checkpoint
   SET generation = generation + 1, position = NULL, event_id = NULL, created_at = NULL, stopped = NULL;

-- An account's row is written again with each batch: the room left in each page lets that happen in place.
CREATE TABLE accounts (
  account_id              text COLLATE "C" PRIMARY KEY,
  name                    text COLLATE "C" NOT NULL,
  currency                text NOT NULL,
  decimals                smallint NOT NULL,
  metadata                jsonb NOT NULL,
  balance                 bigint NOT NULL CHECK (balance >= 0),
  latest_effective_at     timestamptz,
  opened_at               timestamptz NOT NULL,
  -- Of the newest event, a refusal included, and of the newest deposit or withdrawal.
  recorded_at             timestamptz NOT NULL,
  newest_line_recorded_at timestamptz,
  revision                bigint NOT NULL
) WITH (fillfactor = 60);
CREATE INDEX accounts_by_name ON accounts (name, account_id);

-- Which accounts have a key and value in their metadata: the first 16 bytes of SHA-256 of the pair as a JSON array.
CREATE TABLE account_metadata (
  entry      bytea NOT NULL,
  account_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (entry, account_id)
);

-- Every outcome, refusals included. Those that were accepted are the lines of the balance's history.
CREATE TABLE transactions (
  transaction_id    text COLLATE "C" NOT NULL,
  account_id        text COLLATE "C" NOT NULL,
  type              text NOT NULL CHECK (type IN ('deposit', 'withdrawal')),
  outcome           text NOT NULL CHECK (outcome IN ('accepted', 'refused')),
  -- numeric: what was refused may be larger than any balance.
  amount            numeric NOT NULL CHECK (amount > 0),
  -- How it changed the balance; 0 where it was refused.
  delta             bigint NOT NULL CHECK ((outcome = 'refused') = (delta = 0)),
  effective_at      timestamptz NOT NULL,
  recorded_at       timestamptz NOT NULL,
  description       text NOT NULL,
  metadata          jsonb NOT NULL,
  -- The account's balance after it was recorded.
  balance           bigint NOT NULL,
  reason            text,
  shortfall         numeric,
  first_negative_at timestamptz,
  revision          bigint NOT NULL,
  PRIMARY KEY (transaction_id, account_id),
  CHECK ((outcome = 'refused') = (reason IS NOT NULL) AND (outcome = 'refused') = (shortfall IS NOT NULL))
);
-- As known at a time, and the newest ones. Within an account, recorded_at never decreases from revision to revision.
CREATE UNIQUE INDEX transactions_by_recording ON transactions (account_id, recorded_at, revision) INCLUDE (effective_at, delta);
CREATE INDEX refusals_by_date ON transactions (account_id, effective_at, revision) WHERE outcome = 'refused';

-- The dated history of each account: a copy-on-write B+tree of its lines by (effective_at, revision), in a new version
-- after every 256 revisions. A version is never changed, and shares with the one before whatever did not change.
-- What the nodes hold is in shared/src/dated-tree.
CREATE TABLE balance_history_versions (
  account_id  text COLLATE "C" NOT NULL,
  -- Of the newest outcome that it covers, a refusal included.
  recorded_at timestamptz NOT NULL,
  revision    bigint NOT NULL,
  root        bytea NOT NULL,
  PRIMARY KEY (account_id, recorded_at, revision)
) WITH (toast_tuple_target = 8160);
CREATE TABLE balance_history_nodes (
  node_id bigint PRIMARY KEY,
  content bytea NOT NULL
) WITH (toast_tuple_target = 8160);

-- The lines of all accounts of one currency, those of one instant as one line: the same tree, without older versions.
CREATE TABLE totals (
  currency text NOT NULL,
  decimals smallint NOT NULL,
  root     bytea NOT NULL,
  PRIMARY KEY (currency, decimals)
) WITH (toast_tuple_target = 8160);
CREATE TABLE totals_nodes (
  node_id bigint PRIMARY KEY,
  content bytea NOT NULL
) WITH (toast_tuple_target = 8160);

-- Node ids are handed out in blocks of this size.
CREATE SEQUENCE node_ids INCREMENT BY 1000;
