import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_sign_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to=settings.AUTH_USER_MODEL)),
                ('about', models.TextField(default='')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('domains', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('country', models.TextField(default='')),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'profile',
            },
        ),
    ]
