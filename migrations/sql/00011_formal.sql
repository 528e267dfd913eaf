-- +goose Up

-- A formal request for public information, with the PPID's clocks, and whether its
-- time was extended. The limits that are built in are the program's own, not rows.
alter table reports
    add column formal boolean not null default false,
    add column extended boolean not null default false;
alter table limits
    add column formal boolean not null default false,
    add column extra integer not null default 0, -- working days by which it may be extended, once
    add constraint limits_formal check (not formal or coalesce(kind, 'information_request') = 'information_request'),
    add constraint limits_extra check (extra = 0 or extra > 0 and formal and clock = 'answer' and workdays is not null);
