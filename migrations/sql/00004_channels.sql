-- +goose Up

-- How each channel fares, as far as national admins were told: an empty code is
-- "well again". One row a channel; what it says changes with the message that
-- tells it.
create table alarms (
    channel text        not null,
    account text        not null,
    code    text        not null,
    since   timestamptz not null,
    constraint alarms_pkey primary key (channel, account)
);

-- What could not be delivered, because somebody blocked the service or the
-- network does not let it write to them, is handed over when they write again.
alter table outbox drop constraint outbox_state;
alter table outbox add constraint outbox_state check (state in ('waiting', 'sent', 'failed', 'held'));
create index outbox_held on outbox (chat) where state = 'held';
