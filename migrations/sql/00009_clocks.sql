-- +goose Up

-- The clocks of a report that run now, as facts; null: not looked at since this
-- column is there.
alter table reports add column clocks jsonb;
-- The day by which the reporter was last told to expect an answer.
alter table reports add column promised_on date;

-- When the scheduler has to look at a clock next, made of those facts with every
-- save: next_at working days after anchor_on in that office, or at due_at. One that
-- never stood still holds nothing that an amended calendar could make stale.
create table clocks (
    report    bigint      not null constraint clocks_report references reports (id),
    clock     text        not null,
    office    text        not null, -- which days it works, its zone, its hours
    next_at   integer,
    anchor_on date,
    due_at    timestamptz,
    counted   bigint,               -- the calendars by which its pauses were counted; null: it never paused
    later_at  timestamptz,          -- something stood in the way: not before this
    why       text        not null default '', -- what stood in the way: an obstacle, or 'failed'
    tries     integer     not null default 0,
    constraint clocks_pkey primary key (report, clock),
    constraint clocks_one_of check ((due_at is null) = (next_at is not null) and (next_at is null) = (anchor_on is null))
) with (fillfactor = 80);
create index clocks_due on clocks (office, next_at, anchor_on, report) where next_at is not null;
create index clocks_due_at on clocks (office, due_at, report) where due_at is not null;
create index clocks_counted on clocks (counted) where counted is not null;
create index reports_unwound on reports (id) where clocks is null;

-- What was done because time passed: each rung of each life of a clock once.
create table nudges (
    report bigint      not null constraint nudges_report references reports (id),
    clock  text        not null,
    since  integer     not null, -- the version of the report that started the clock
    of     integer     not null, -- the limit that it was counted for
    rung   text        not null,
    at     timestamptz not null,
    told   boolean     not null, -- false: overtaken by a later one before anybody could be told
    constraint nudges_pkey primary key (report, clock, since, of, rung)
);

-- What somebody who owes something is to be told, gathered into one message a chat.
create table gathered (
    id     bigint generated always as identity primary key,
    chat   bigint      not null,
    report bigint      not null constraint gathered_report references reports (id),
    body   jsonb       not null,
    at     timestamptz not null
);
create index gathered_chat on gathered (chat, id);

-- Which of a clock's messages reached the reporter's channel.
alter table outbox add column proof text;
create table heard (
    report bigint      not null constraint heard_report references reports (id),
    proof  text        not null,
    at     timestamptz not null,
    constraint heard_pkey primary key (report, proof)
);

-- When people could not be reached: a channel was away, or the whole service ('').
create table outages (
    id      bigint generated always as identity primary key,
    channel text        not null,
    account text        not null,
    since   timestamptz not null,
    until   timestamptz
);
create unique index outages_lasting on outages (channel, account) where until is null;
create index outages_until on outages (until);

-- When the scheduler last looked.
create table passes (
    only_row boolean primary key default true,
    at       timestamptz not null,
    constraint passes_only_row check (only_row)
);
