-- +goose Up

-- Whether a group keeps topics and the bot may make them: unknown, none, allowed,
-- forbidden; and when that was looked at.
alter table groups
    add column topics    text not null default 'unknown',
    add column topics_at timestamptz,
    add constraint groups_topics check (topics in ('unknown', 'none', 'allowed', 'forbidden'));

-- The forum topic that a report's card stands in. Null: none was made yet; empty:
-- the card stands where everything does. That one is being made is committed before
-- anybody is asked for it, for a network that makes one twice does not say so.
alter table cards
    add column topic          text,
    add column topic_asked_at timestamptz,
    add column topic_name     text,
    add column topic_closed   boolean not null default false;

-- Since when a card lags behind its report: who waited longest is shown first. It
-- is for this order only, and no business time.
alter table cards add column behind_since timestamptz not null default now();
drop index cards_stale;
create index cards_stale on cards (behind_since) where shown < wanted;
