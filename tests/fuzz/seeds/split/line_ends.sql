SELECT 'a
b';
DO $$ BEGIN
END $$;
