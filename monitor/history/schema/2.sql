-- Version 2: why a notification was not sent, whom it was about, and when the window was last looked at.

alter table tellings add column why text not null default '';

create table about (
	telling integer not null references tellings,
	owner integer not null references owners,
	primary key (telling, owner)
) strict, without rowid;
create index about_owner on about (owner, telling);

create table looks (
	at integer primary key
) strict;
