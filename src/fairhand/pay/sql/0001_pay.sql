ALTER TABLE pay_line ADD CONSTRAINT pay_line_entry FOREIGN KEY (entry_id) REFERENCES ledger_entry (id);
