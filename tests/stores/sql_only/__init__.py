"""What only the SQL stores promise: files, migrations, groups, processes, and derived copies that can be recomputed."""
