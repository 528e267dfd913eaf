-- +goose Up

-- Limits that an operator entered, beside those that are built in. A row is
-- never changed: a newer one takes its place for the clocks that start later.
create table limits (
    id         bigint generated always as identity primary key,
    clock      text        not null,
    kind       text,       -- null: every kind
    oversight  boolean     not null default false,
    agency     text        constraint limits_agency references agencies (code), -- null: every body
    workdays   integer,
    hours      integer,
    basis      text        not null,
    valid_from date        not null,
    set_at     timestamptz not null,
    constraint limits_clock check (clock in ('verify', 'hand_on', 'respond', 'answer', 'after_reply', 'close', 'complete')),
    constraint limits_kind check (kind in ('complaint', 'aspiration', 'information_request', 'whistleblowing')),
    constraint limits_length check (num_nonnulls(workdays, hours) = 1 and coalesce(workdays, hours) > 0),
    constraint limits_reporters_days check (hours is null or clock not in ('close', 'complete')),
    constraint limits_basis check (basis <> '')
);

-- Decreed days of the years that were imported; the program's own table holds
-- for all other years.
create table holidays (
    date   date not null,
    kind   text not null,
    name   text not null,
    decree text not null,
    region text not null default '', -- Kemendagri's code; empty: everywhere
    constraint holidays_once unique (date, region),
    constraint holidays_kind check (kind in ('public_holiday', 'joint_leave')),
    constraint holidays_words check (name <> '' and decree <> '')
);

-- Append-only: which years an import replaced, and each day as it was and is.
create table holiday_imports (
    id      bigint generated always as identity primary key,
    at      timestamptz not null,
    years   integer[]   not null,
    added   integer     not null,
    removed integer     not null,
    changed integer     not null,
    days    jsonb       not null
);

-- What of a body's calendar the week of five or six days does not say.
alter table agencies add column joint_leave_worked boolean not null default false;
alter table agencies add column region text not null default '';

create trigger limits_changed after insert or update or delete on limits for each statement execute function catalog_changed();
create trigger holidays_changed after insert or update or delete on holidays for each statement execute function catalog_changed();
