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
