"""Systems outside our database that hold personal data: how each is counted, copied and erased."""
