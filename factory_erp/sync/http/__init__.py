"""HTTP for all connectors: sessions with timeouts, retries of reads, rate limits and typed errors."""
