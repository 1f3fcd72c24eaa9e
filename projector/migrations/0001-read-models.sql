-- Times are the ledger's own, to the millisecond, in UTC. Money is in minor units of the account's currency.

CREATE TABLE projection_checkpoint (
  single     boolean PRIMARY KEY DEFAULT true CHECK (single),
  generation integer NOT NULL,
  -- The last event that is projected; null before the first.
  position   bigint,
  event_id   uuid,
  created_at timestamptz,
  -- Why the projector can't go on from here; null where it can.
  stopped    text,
  CHECK ((position IS NULL) = (event_id IS NULL) AND (position IS NULL) = (created_at IS NULL))
);
INSERT INTO projection_checkpoint (generation) VALUES (1);

CREATE TABLE accounts (
  account_id          text COLLATE "C" PRIMARY KEY,
  name                text NOT NULL,
  currency            text NOT NULL,
  decimals            smallint NOT NULL,
  metadata            jsonb NOT NULL,
  balance             bigint NOT NULL CHECK (balance >= 0),
  latest_effective_at timestamptz,
  opened_at           timestamptz NOT NULL,
  -- Of the newest event, a refusal included.
  recorded_at         timestamptz NOT NULL,
  revision            bigint NOT NULL
);

-- Every outcome, refusals included.
CREATE TABLE transactions (
  transaction_id    text COLLATE "C" NOT NULL,
  account_id        text COLLATE "C" NOT NULL,
  type              text NOT NULL CHECK (type IN ('deposit', 'withdrawal')),
  outcome           text NOT NULL CHECK (outcome IN ('accepted', 'refused')),
  -- numeric: what was refused may be larger than any balance.
  amount            numeric NOT NULL CHECK (amount > 0),
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
  position          bigint NOT NULL,
  PRIMARY KEY (transaction_id, account_id),
  CHECK ((outcome = 'refused') = (reason IS NOT NULL) AND (outcome = 'refused') = (shortfall IS NOT NULL))
);
CREATE UNIQUE INDEX transactions_by_revision ON transactions (account_id, revision);

-- One line for each deposit and withdrawal, written once.
CREATE TABLE balance_history (
  account_id   text COLLATE "C" NOT NULL,
  revision     bigint NOT NULL,
  effective_at timestamptz NOT NULL,
  recorded_at  timestamptz NOT NULL,
  delta        bigint NOT NULL CHECK (delta <> 0)
);
-- As of a date; lines of one instant count in the order recorded.
CREATE UNIQUE INDEX balance_history_by_date ON balance_history (account_id, effective_at, revision) INCLUDE (delta, recorded_at);
-- As known at a time, and the newest lines.
CREATE INDEX balance_history_by_recording ON balance_history (account_id, recorded_at, revision);
