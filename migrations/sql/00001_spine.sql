-- +goose Up

-- Who is behind a number: the only table that holds a name, a user name, a
-- phone number or an address on a channel, sealed. Everything else knows a
-- chat by its number; a person is known by the number of their private chat.
create table identities (
    chat           bigint generated always as identity primary key,
    channel        text        not null,
    account        text        not null,
    kind           text        not null,
    address_hash   bytea       not null,
    sealed         bytea       not null, -- the address
    profile        bytea,                -- name, user name, number: only once the person agreed
    unreachable_at timestamptz,
    created_at     timestamptz not null,
    constraint identities_kind check (kind in ('person', 'group')),
    constraint identities_address unique (channel, account, address_hash)
);

create table consents (
    id      bigint generated always as identity primary key,
    chat    bigint      not null,
    version text        not null,
    granted boolean     not null,
    at      timestamptz not null
);
create index consents_chat on consents (chat);

-- What arrived. A row is committed before the network is told so; its body is
-- sealed, and erased when its turn is done. The row itself stays for as long
-- as the channel may deliver the same event again.
create sequence inbox_id;
create table inbox (
    id          bigint      primary key,
    event_key   bytea       not null,
    channel     text        not null,
    account     text        not null,
    chat        bigint      not null,
    person      bigint      not null,
    ord         bigint      not null,
    state       text        not null default 'waiting',
    tries       integer     not null default 0,
    retry_at    timestamptz,
    received_at timestamptz not null,
    done_at     timestamptz,
    failure     text,
    body        bytea,
    constraint inbox_event_key unique (event_key),
    constraint inbox_state check (state in ('waiting', 'done', 'dead'))
) with (fillfactor = 80);
create index inbox_waiting on inbox (chat, person, ord, id) where state = 'waiting';
create index inbox_dead on inbox (id) where state = 'dead';
create index inbox_received on inbox using brin (received_at);

-- One conversation of one person in one chat (person is 0 in private). Its row
-- lock is what keeps a person's messages one after the other, whichever process
-- takes them.
create table sessions (
    chat    bigint not null,
    person  bigint not null,
    body    bytea,
    wake_at timestamptz,
    constraint sessions_pkey primary key (chat, person)
) with (fillfactor = 70);
create index sessions_wake on sessions (wake_at) where wake_at is not null;
create index sessions_person on sessions (person) where person <> 0;

-- What is to be said. Ids of one chat are drawn under its session's lock, so
-- their order is the order in which they are sent.
create table outbox (
    id          bigint generated always as identity primary key,
    channel     text        not null,
    account     text        not null,
    chat        bigint      not null,
    priority    smallint    not null,
    message_id  text        not null,
    slot        text,
    state       text        not null default 'waiting',
    hold_until  timestamptz,
    retry_at    timestamptz,
    lease_until timestamptz,
    tries       integer     not null default 0,
    created_at  timestamptz not null,
    sent_at     timestamptz,
    sent_ref    text,
    failure     text,
    body        bytea,
    constraint outbox_message_id unique (message_id),
    constraint outbox_state check (state in ('waiting', 'sent', 'failed'))
) with (fillfactor = 80);
create index outbox_waiting on outbox (chat, id) where state = 'waiting';
create index outbox_due on outbox (channel, account, priority, id) where state = 'waiting';
create index outbox_slot on outbox (chat, slot, id) where slot is not null;
create index outbox_created on outbox using brin (created_at);

-- Bodies that reports are handed to.
create table agencies (
    code   text primary key,
    name   text    not null,
    parent text    constraint agencies_parent references agencies (code),
    zone   text    not null,
    level  text    not null,
    week   integer not null,
    hours  text    not null,
    constraint agencies_level check (level in ('national', 'province', 'regency', 'district', 'village', 'unit')),
    constraint agencies_week check (week in (5, 6)),
    constraint agencies_name check (name <> '')
);
create table keywords (
    word   text primary key,
    agency text not null constraint keywords_agency references agencies (code)
);
create index keywords_by_agency on keywords (agency);
create table categories (
    code    text primary key,
    name    text    not null,
    retired boolean not null default false
);

-- Officials and the groups they work in; codes are kept as keyed hashes.
create table officials (
    id           bigint generated always as identity primary key,
    chat         bigint      not null,
    role         text        not null,
    agency       text        constraint officials_agency references agencies (code),
    appointed_at timestamptz not null,
    removed_at   timestamptz
);
create unique index officials_once on officials (chat, role, coalesce(agency, '')) where removed_at is null;
create table groups (
    chat     bigint primary key,
    agency   text constraint groups_agency references agencies (code), -- null: the national admin's group
    bound_at timestamptz not null
);
create table codes (
    code_hash  bytea primary key,
    purpose    text        not null,
    role       text,
    agency     text        constraint codes_agency references agencies (code),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    constraint codes_purpose check (purpose in ('invite', 'group', 'admin_group'))
);

-- One counter tells every process when its snapshot of bodies, keywords and
-- officials is old.
create table catalog (
    only_row boolean primary key default true,
    version  bigint not null,
    constraint catalog_only_row check (only_row)
);
insert into catalog (version) values (1);
-- +goose StatementBegin
create function catalog_changed() returns trigger language plpgsql as $$
begin
    update catalog set version = version + 1;
    return null;
end $$;
-- +goose StatementEnd
create trigger agencies_changed after insert or update or delete on agencies for each statement execute function catalog_changed();
create trigger keywords_changed after insert or update or delete on keywords for each statement execute function catalog_changed();
create trigger officials_changed after insert or update or delete on officials for each statement execute function catalog_changed();
create trigger groups_changed after insert or update or delete on groups for each statement execute function catalog_changed();

-- The register.
create sequence report_id increment by 64;
create table reports (
    id           bigint      primary key,
    tracking_id  text        not null,
    version      integer     not null,
    kind         text        not null,
    state        text        not null,
    origin       text        not null default '',
    asked_by     text        not null default '',
    reporter     bigint      not null,
    person_draft bigint      not null,
    source       text        not null,
    chronology   text        not null,
    occurred     jsonb       not null,
    location     jsonb       not null,
    agency       text        not null,
    agency_words text        not null,
    keyword      text        not null,
    anonymous    boolean     not null,
    confidential boolean     not null,
    evidence     integer     not null,
    filed_at     timestamptz not null,
    claimant     bigint      not null default 0,
    dispatched   boolean     not null default false,
    followed_up  boolean     not null default false,
    returns      integer     not null default 0,
    asks         integer     not null default 0,
    held_until   timestamptz,
    reopening    boolean     not null default false,
    escalated    boolean     not null default false,
    oversight    boolean     not null default false,
    manual       boolean     not null default false,
    merged_into  bigint      not null default 0,
    closing      text        not null default '',
    access_hash  bytea       not null,
    constraint reports_tracking_id unique (tracking_id),
    constraint reports_one_per_draft unique (reporter, person_draft),
    constraint reports_kind check (kind in ('complaint', 'aspiration', 'information_request', 'whistleblowing')),
    constraint reports_state check (state in ('submitted', 'needs_info', 'dispatched', 'in_progress', 'followed_up',
        'reporter_replied', 'closed', 'archived', 'merged', 'withdrawn')),
    constraint reports_never_closed_unanswered check (closing <> 'silence' or followed_up)
) with (fillfactor = 80);
create index reports_by_reporter on reports (reporter, filed_at desc);
-- Processes draw ids in blocks, so only filed_at tells which report is newer.
create index reports_by_filing on reports (filed_at desc, id desc);
-- What a save calls that found the report at another version than it was made
-- from: it has to fail by itself, because the commit is in the same batch.
-- +goose StatementBegin
create function stale_report() returns bigint language plpgsql as $$
begin
    raise exception 'the report was changed meanwhile' using constraint = 'reports_stale_version', errcode = 'serialization_failure';
end $$;
-- +goose StatementEnd

-- Append-only: what was done to a report, by whom, when.
create table history (
    report     bigint      not null constraint history_report references reports (id),
    version    integer     not null,
    action     text        not null,
    actor_kind text        not null,
    actor      bigint      not null,
    from_state text        not null,
    to_state   text        not null,
    at         timestamptz not null,
    change     jsonb       not null,
    constraint history_pkey primary key (report, version)
);
-- +goose StatementBegin
create function history_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'history is append-only' using constraint = 'history_append_only', errcode = 'check_violation';
end $$;
-- +goose StatementEnd
create trigger history_append_only before update or delete on history for each row execute function history_is_append_only();

-- Files on their way into the vault; the id is that of the inbox row that
-- brought them. The channel's reference is sealed and erased once fetched.
create table media (
    id          bigint      primary key,
    channel     text        not null,
    account     text        not null,
    chat        bigint      not null,
    person      bigint      not null,
    report      bigint      constraint media_report references reports (id),
    state       text        not null,
    ref         bytea,
    sha256      bytea,
    bytes       bigint,
    type        text,
    kind        text,
    tries       integer     not null default 0,
    retry_at    timestamptz,
    lease_until timestamptz,
    created_at  timestamptz not null,
    constraint media_state check (state in ('held', 'wanted', 'stored', 'refused', 'dropped'))
);
create index media_wanted on media (channel, account, id) where state = 'wanted';
create index media_dropped on media (channel, account, id) where state = 'dropped' and ref is not null;
create index media_sha256 on media (sha256) where sha256 is not null;
create index media_report on media (report) where report is not null;
create index media_stale on media (created_at) where state in ('held', 'dropped', 'refused');

-- One living card a report and chat, brought up to date rather than queued.
create table cards (
    report      bigint  not null constraint cards_report references reports (id),
    chat        bigint  not null,
    message_id  text    not null,
    wanted      integer not null,
    shown       integer not null default 0,
    sent_ref    text,
    sent_at     timestamptz,
    retry_at    timestamptz,
    lease_until timestamptz,
    tries       integer not null default 0,
    constraint cards_pkey primary key (report, chat)
);
create index cards_stale on cards (report, chat) where shown < wanted;
create index cards_chat on cards (chat);
-- Reports that nobody could be shown yet: no admin group, no named admin.
create table unshown (
    report bigint primary key constraint unshown_report references reports (id)
);

-- Which operator opened personal data, when and why; the row is committed
-- before anything is shown, and holds nothing of what was seen.
create table openings (
    id   bigint generated always as identity primary key,
    at   timestamptz not null,
    what text        not null, -- 'dead_letter'
    ref  bigint      not null, -- its number
    by   text        not null, -- the operator's name on the machine
    why  text        not null,
    constraint openings_why check (why <> '')
);

-- The web chat's own network: what the page has not fetched yet, sealed.
create table webchat_messages (
    seq          bigint generated always as identity primary key,
    address_hash bytea       not null,
    message_id   text        not null,
    created_at   timestamptz not null,
    body         bytea       not null,
    constraint webchat_message_id unique (message_id)
);
create index webchat_by_address on webchat_messages (address_hash, seq);
create index webchat_created on webchat_messages using brin (created_at);
