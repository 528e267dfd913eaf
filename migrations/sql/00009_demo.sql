-- +goose Up

-- By how much the demo's clock is ahead of the machine's: one row, made by a
-- demo, that only ever grows. Nothing but the demo moves it, and the service
-- itself does not look at it.
create table demo_clock (
    one   boolean primary key default true,
    ahead bigint  not null default 0, -- microseconds
    constraint demo_clock_one check (one),
    constraint demo_clock_ahead check (ahead >= 0)
);
