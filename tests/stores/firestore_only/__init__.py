"""What holds on Firestore beyond the shared suite: reads, contention, layout, indexes."""
