-- "Confirm that it is you": a session that is open gets a new binding from the vault, for the same key. Whose it is, its
-- key and its end stay out of the desk's reach.
grant update (vault_session, grant_id, psc_sid) on sessions to rempart_desk;
