"""One settings file; everything that differs between places comes from the environment (README lists it)."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# LOCAL: plain http on this machine only. DEBUG is for developers; production sets neither.
LOCAL = env.bool("LOCAL", default=False)
DEBUG = env.bool("DEBUG", default=False)

SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Fernet keys for mobile numbers: the first encrypts, all decrypt. Kept apart from the database and its backups.
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The address people use, for links in mails.
SITE_URL = env("SITE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "core",
    "accounts",
    "programs",
    "participants",
    "site_visits",
    "attendance",
    "reminders",
    "reports",
    "desk",
    "goryeong_training.admin_site.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "pghistory",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.RefuseBrokenText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.http.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.http.PersonalPagesMiddleware",
    "core.http.HistoryMiddleware",
]

ROOT_URLCONF = env("ROOT_URLCONF", default="goryeong_training.urls")
WSGI_APPLICATION = "goryeong_training.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "goryeong_training.navigation.navigation",
            ],
            "builtins": ["core.templatetags.korean", "core.templatetags.ui"],
        },
    }
]

# -- database, cache, broker

DATABASES = {"default": env.db("DATABASE_URL", default="postgresql:///goryeong_training")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "lock_timeout": env("DB_LOCK_TIMEOUT", default="5s"),
        "statement_timeout": env("DB_STATEMENT_TIMEOUT", default="60s"),
        "idle_in_transaction_session_timeout": "60s",
    }.items()
)
if suffix := env("TEST_DB_SUFFIX", default=""):
    DATABASES["default"]["TEST"] = {"NAME": f"test_goryeong_{suffix}"}

# In the database, so that sign-in limits are shared by all web processes and outlive a stopped broker.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # Only what never changes and names nobody: rendered days of a publication.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

REDIS_URL = env("REDIS_URL", default="redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = "Asia/Seoul"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that accepts and never answers must not keep a worker deaf or a sender waiting.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "visibility_timeout": 300,
}

# Only what can change something needs to say who did it.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# -- accounts

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("employee_number", "name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "employee_number"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
# A mail to an address without an account would help nobody and could be aimed at strangers.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = "accounts.adapter.display_name"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A county hall is one address to the outside: limits per account, wide ones per address.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "5/10m/key,200/10m/ip",
    "reset_password": "60/m/ip,3/10m/key",
    "reset_password_from_key": "60/m/ip",
    "change_password": "5/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# -- sessions, cookies, headers

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "goryeong_training.views.forged"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SECURE_SSL_REDIRECT = not LOCAL
SECURE_HSTS_SECONDS = 0 if LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
if not LOCAL:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# -- language and time

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("한국어")), ("en", _("영어"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not LOCAL
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

# -- files and mail

STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("FILES_DIR", default=str(BASE_DIR / "var" / "files"))},
    },
    "staticfiles": {
        "BACKEND": env("STATICFILES_STORAGE", default="core.static_files.StaticFilesStorage")
    },
}
# Whole fonts for papers; the front end's build puts them there.
PDF_FONTS_DIR = env("PDF_FONTS_DIR", default=str(BASE_DIR / "fonts"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# Unset EMAIL_URL writes every mail to a file under MAIL_DIR: nothing leaves the machine by accident.
MAIL_DIR = env("MAIL_DIR", default=str(BASE_DIR / "var" / "mail"))
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_DIR
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL", default="고령군 교육훈련 <training@goryeong.example>"
)

# -- reminders

# How long a sender may hold a message before it counts as vanished, and how often each place sweeps.
REMINDERS_LEASE_SECONDS = env.float("REMINDERS_LEASE_SECONDS", default=120)
REMINDERS_SWEEP_SECONDS = env.float("REMINDERS_SWEEP_SECONDS", default=30)
# How many messages one process has in hand at once where many are due.
REMINDERS_HANDS = env.int("REMINDERS_HANDS", default=3)
# Between these times of day what can wait is held; five publications within the pause are told of once.
QUIET_FROM = env("QUIET_FROM", default="21:00")
QUIET_UNTIL = env("QUIET_UNTIL", default="08:00")
CHANGE_DEBOUNCE_SECONDS = env.float("CHANGE_DEBOUNCE_SECONDS", default=60)
URGENT_HOURS = env.float("URGENT_HOURS", default=3)
# Messages a second the gateways take; 0 is no stated limit.
EMAIL_RATE = env.float("EMAIL_RATE", default=0)
SMS_RATE = env.float("SMS_RATE", default=0)
# Unset: the channel does not exist and nothing leaves the machine by it.
SMS_URL = env("SMS_URL", default="")
SMS_SECRET = env("SMS_SECRET", default="")
SMS_ALLOWED_HOSTS = env.list("SMS_ALLOWED_HOSTS", default=[])
DROP_DIR = env("DROP_DIR", default="")

# -- the county's own

ORGANIZATION = env("ORGANIZATION", default=gettext_noop("고령군"))
PRIVACY_OFFICER = env("PRIVACY_OFFICER", default=gettext_noop("총무과장 ☎ 1230"))
HELP_CONTACT = env("HELP_CONTACT", default=gettext_noop("총무과 교육 담당 ☎ 1234"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
