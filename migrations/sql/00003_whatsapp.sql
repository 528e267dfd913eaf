-- +goose Up

-- What the WhatsApp channel keeps beside the inbox and the outbox. The client
-- library makes tables of its own, whatsmeow_*, in the same schema when it is
-- opened, and upgrades them by itself. Nothing here refers to them: they are
-- erased when the phone unlinks the device.
create schema whatsapp;

-- How the connection fares, for whoever does not hold it, and over restarts.
create table whatsapp.accounts (
    name          text primary key,
    state         text        not null,
    since         timestamptz not null,
    until         timestamptz,
    paired_at     timestamptz,
    connected_at  timestamptz,
    phone_seen_at timestamptz,
    version       text        not null default ''
);

-- Who wrote to which of the office's numbers, as keyed hashes: nobody else is
-- ever written to. chat is the address_hash of identities; moved says that the
-- person is known by another address since.
create table whatsapp.heard (
    number   bytea       not null,
    chat     bytea       not null,
    at       timestamptz not null,
    moved    boolean     not null default false,
    constraint heard_pkey primary key (number, chat)
);

-- What was sent, sealed, for devices that could not read it and ask again.
create table whatsapp.sent (
    id           text        primary key,
    address      bytea       not null,
    body         bytea       not null,
    created_at   timestamptz not null,
    taken_at     timestamptz, -- by WhatsApp
    delivered_at timestamptz, -- to the first device
    read_at      timestamptz
);
create index sent_created on whatsapp.sent using brin (created_at);

-- Devices that asked for a message again and have not said since that they have it.
create table whatsapp.retries (
    id       text        not null,
    device   bytea       not null,
    asked_at timestamptz not null,
    tries    integer     not null default 0,
    constraint retries_pkey primary key (id, device)
);
create index retries_asked on whatsapp.retries (asked_at);

-- Which number belongs to which hidden id, sealed; both are found by keyed hash.
create table whatsapp.lids (
    lid    bytea       primary key,
    pn     bytea       not null,
    sealed bytea       not null,
    at     timestamptz not null,
    constraint lids_pn unique (pn)
);

-- What one message needs of another for a few days, sealed: secrets of messages
-- that may be edited, better copies of pictures.
create table whatsapp.kept (
    kind text        not null,
    key  bytea       not null,
    body bytea       not null,
    at   timestamptz not null,
    constraint kept_pkey primary key (kind, key),
    constraint kept_kind check (kind in ('secret', 'better'))
);
create index kept_at on whatsapp.kept using brin (at);
