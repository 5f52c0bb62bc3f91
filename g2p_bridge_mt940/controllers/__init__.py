from . import upload_mt940
