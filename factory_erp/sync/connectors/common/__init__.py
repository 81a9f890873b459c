"""What more than one connector needs: tokens, authorised calls, steady paging, strict reading."""
