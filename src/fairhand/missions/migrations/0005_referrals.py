"""Referrals: a third kind of mission, and whom it is about."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0005_referrals.sql"


class Migration(migrations.Migration):
    """A table, two columns of missions with their checks, and `missions/sql/0005_referrals.sql`."""

    dependencies = [
        ('missions', '0004_good_tasks'),
        ('projects', '0007_plans'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('email', models.TextField()),
                ('mailbox', models.TextField()),
                ('state', models.TextField(default='named')),
                ('made_at', models.DateTimeField()),
                ('until_at', models.DateTimeField()),
                ('joined_at', models.DateTimeField(null=True)),
                ('tasks', models.SmallIntegerField(default=0)),
                ('paid_minor', models.BigIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'referral',
            },
        ),
        migrations.RemoveConstraint(
            model_name='mission',
            name='mission_kind',
        ),
        migrations.AddField(
            model_name='mission',
            name='bring_days',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='mission',
            name='bring_tasks',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='mission',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('goal', 'guarantee', 'referral'))), name='mission_kind'),
        ),
        migrations.AddConstraint(
            model_name='mission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bring_days__gt', 0), ('bring_tasks__gt', 0), ('kind', 'referral')), models.Q(models.Q(('kind', 'referral'), _negated=True), ('bring_days', None), ('bring_tasks', None)), _connector='OR'), name='mission_brings'),
        ),
        migrations.AddField(
            model_name='referral',
            name='mission',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='missions.mission'),
        ),
        migrations.AddField(
            model_name='referral',
            name='referred',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='referral',
            name='referrer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='referrals_made', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['referrer', '-made_at', '-id'], name='referral_referrer'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['mission', '-made_at', '-id'], name='referral_mission'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('state__in', ('named', 'joined'))), fields=['mission'], name='referral_live'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('state', 'named')), fields=['-made_at', '-id'], name='referral_waits'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'over'), _negated=True), fields=('mailbox',), name='referral_once'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(fields=('referred',), name='referral_of_person'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('named', 'joined', 'paid', 'over'))), name='referral_state'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='referral_email_lower'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('referred', models.F('referrer')), _negated=True), name='referral_of_another'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('referred', None), ('state', 'named')), models.Q(('ended_at', None), ('referred__isnull', False), ('state', 'joined')), models.Q(('ended_at__isnull', False), ('referred__isnull', False), ('state', 'paid')), models.Q(('email', ''), ('ended_at__isnull', False), ('mailbox', ''), ('state', 'over')), _connector='OR'), name='referral_of_state'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paid_minor__gt', 0), ('state', 'paid')), models.Q(models.Q(('state', 'paid'), _negated=True), ('paid_minor', 0)), _connector='OR'), name='referral_paid'),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), "DROP FUNCTION referral_keep CASCADE"),
    ]
