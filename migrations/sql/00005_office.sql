-- +goose Up

-- What was said about a report, oldest first. What goes to the office alone the
-- reporter never sees. Files are numbers of media.
create table thread (
    id       bigint generated always as identity primary key,
    report   bigint      not null constraint thread_report references reports (id),
    version  integer     not null, -- of the report, when it was said
    speaker  text        not null,
    person   bigint      not null,
    audience text        not null,
    at       timestamptz not null,
    words    text        not null,
    files    bigint[]    not null default '{}',
    corrects integer     not null default 0, -- version of the follow-up whose words these replace
    constraint thread_audience check (audience in ('all', 'office'))
);
create index thread_of_report on thread (report, id);

-- The number that the report has in SP4N-LAPOR!, once an admin has noted it.
alter table reports add column external_id text not null default '';

create table ratings (
    report bigint      primary key constraint ratings_report references reports (id),
    stars  smallint    not null,
    reason text        not null default '',
    at     timestamptz not null,
    constraint ratings_stars check (stars between 1 and 5)
);

-- Wrong access codes, counted until a right one or for an hour.
create table lookups (
    report       bigint      primary key constraint lookups_report references reports (id),
    tries        integer     not null,
    locked_until timestamptz
);
create index reports_merged on reports (merged_into) where merged_into <> 0;

-- Which report a message tells of, so that an answer to it finds the report.
alter table outbox add column report bigint;
create index outbox_told on outbox (chat, sent_ref) where report is not null and sent_ref is not null;
create index cards_ref on cards (chat, sent_ref) where sent_ref is not null;

-- What an admin group and a body's group work on.
create index reports_waiting on reports (filed_at, id) where state = 'submitted' or reopening;
create index reports_of_body on reports (agency, filed_at, id)
    where state in ('dispatched', 'in_progress', 'followed_up', 'reporter_replied', 'needs_info');

-- Files on their way to a chat: evidence to the group of a body, an official's
-- photos to the reporter. What leaves for a group is a sanitised copy, made when
-- it is sent; originals go to named officials only.
create table exhibits (
    id          bigint generated always as identity primary key,
    channel     text        not null,
    account     text        not null,
    chat        bigint      not null,
    report      bigint      not null constraint exhibits_report references reports (id),
    files       bigint[]    not null,
    original    boolean     not null,
    message_id  text        not null,
    state       text        not null default 'waiting',
    tries       integer     not null default 0,
    retry_at    timestamptz,
    lease_until timestamptz,
    created_at  timestamptz not null,
    sent_at     timestamptz,
    sent_ref    text,
    failure     text,
    constraint exhibits_message_id unique (message_id),
    constraint exhibits_state check (state in ('waiting', 'sent', 'failed', 'withdraw', 'withdrawn'))
);
create index exhibits_due on exhibits (channel, account, id) where state in ('waiting', 'withdraw');
create index exhibits_of_report on exhibits (report, chat);
create index exhibits_ref on exhibits (chat, sent_ref) where sent_ref is not null;
